/** Example app: two caches with shared network, key and topic, and a function that uses a cache. */

import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { App, Stack } from 'aws-cdk-lib/core';
import { AlarmTopic, EncryptionKey, Purpose, RedisNetwork, SecureRedis } from '../lib';

const stack = new Stack(new App(), 'App');

const encryptionKey = new EncryptionKey(stack, 'Key');
const network = new RedisNetwork(stack, 'Network', { encryptionKey }); // a new VPC; or `vpc`
const onCall = { email: ['on-call@example.com'] };
const alarmTopic = new AlarmTopic(stack, 'OnCall', encryptionKey, onCall);
const shared = { network, encryptionKey, alarmTopic };

new SecureRedis(stack, 'Sessions', { ...shared, purpose: Purpose.SESSIONS });
const jobs = new SecureRedis(stack, 'Jobs', { ...shared, purpose: Purpose.QUEUE });

const worker = new LambdaFunction(stack, 'Worker', {
  runtime: Runtime.NODEJS_24_X,
  handler: 'index.handler',
  code: Code.fromInline('exports.handler = async () => process.env.SECRET_ARN;'),
  environment: { SECRET_ARN: jobs.credentials.secretArn },
  vpc: jobs.vpc,
  vpcSubnets: { subnets: jobs.vpc.isolatedSubnets },
  securityGroups: [jobs.clientSecurityGroup], // reaches the cache and its secret, nothing else
});
jobs.grantRead(worker); // reads the secret, and so logs in
