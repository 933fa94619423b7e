/** Misspelt context keys are refused with the intended key; keys of the CDK and of others pass. */

import cdkJson from '../../cdk.json';
import { checkContextKeys } from '../../lib/fleet/context-keys';
import { messageOf } from '../support/message-of';

const KNOWN = '`stage`, `baseline`, `secure-redis:rules-per-security-group`';

test.each([
  ['stgae', 'stage'],
  ['Stage', 'stage'],
  ['stage ', 'stage'],
  ['stages', 'stage'],
  ['stageName', 'stage'],
  ['baselin', 'baseline'],
  ['satge', 'stage'],
  ['stag', 'stage'],
  ['base-line', 'baseline'],
  ['baseilne', 'baseline'],
  ['stsge', 'stage'],
  ['sstage', 'stage'],
  ['basekine', 'baseline'],
  ['secure-redis:rules-per-securty-group', 'secure-redis:rules-per-security-group'],
])('%j is refused', (key, near) => {
  expect(messageOf(() => checkContextKeys({ [key]: 'prod' }))).toBe(
    `a key of the context must be one of ${KNOWN}, got ${JSON.stringify(key)}. Use \`${near}\`.`,
  );
});

test('every misspelt key has a line', () => {
  const message = messageOf(() => checkContextKeys({ stgae: 'prod', basline: 'record' }));
  expect(message.split('\n')).toHaveLength(2);
});

test('a key with the prefix of the app that resembles none is refused', () => {
  expect(messageOf(() => checkContextKeys({ 'secure-redis:vpc': 'a' }))).toBe(
    `a key of the context must be one of ${KNOWN}, got "secure-redis:vpc". Remove it.`,
  );
});

test.each([
  ['the keys of the app', { stage: 'prod', baseline: 'record' }],
  ['the quota', { 'secure-redis:rules-per-security-group': 100 }],
  ['the flags of cdk.json', cdkJson.context],
  ['what the CDK sets', { 'aws:cdk:enable-path-metadata': true, 'cli-telemetry': false }],
  ['look-ups', { 'availability-zones:account=1:region=eu-west-1': ['eu-west-1a'] }],
  ['other tools', { environment: 'prod', '@acme/stages:stage': 'x', 'acme.stage': 'y', team: 'a' }],
  ['words that differ by two letters', { stack: 'a', image: 'b', usage: 'c', storage: 'd' }],
  ['words that differ by one letter', { state: 'ca', States: 'ca', stake: '1', staged: 'true' }],
  ['two words that resemble one', { baseFile: 'a', 'base-time': 'b', baseLink: 'c' }],
  ['an object of another tool', { stages: { prod: {} } }],
])('%s pass', (_, context) => {
  expect(() => checkContextKeys(context)).not.toThrow();
});
