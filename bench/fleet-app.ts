/**
 * CDK app of a fleet of `-c caches=N` caches, one stack per cache, with one network, key and topic
 * per 25 caches.
 */

import { App, Stack } from 'aws-cdk-lib/core';
import { LEAN_APP } from '../bin/lean-app';
import { AlarmTopic, EncryptionKey, RedisNetwork, SecureRedis } from '../lib';

const CACHES_PER_NETWORK = 25;

export const app = new App(LEAN_APP);
export const caches = Number(app.node.tryGetContext('caches'));

function sharedParts(index: number) {
  const stack = new Stack(app, `Shared${index}`);
  const encryptionKey = new EncryptionKey(stack, 'Key');
  const network = new RedisNetwork(stack, 'Network', { encryptionKey });
  return { network, encryptionKey, alarmTopic: new AlarmTopic(stack, 'Alarms', encryptionKey) };
}

for (let first = 0; first < caches; first += CACHES_PER_NETWORK) {
  const parts = sharedParts(first);
  for (let index = first; index < Math.min(caches, first + CACHES_PER_NETWORK); index++) {
    new SecureRedis(
      new Stack(app, `Cache${index}`, { suppressTemplateIndentation: true }),
      'Cache',
      parts,
    );
  }
}
