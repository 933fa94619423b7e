/** The smallest app: a cache, and a function that may reach it and log in to it. */

import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { App, Stack } from 'aws-cdk-lib/core';
import { SecureRedis } from '../lib';

const stack = new Stack(new App(), 'App');
const cache = new SecureRedis(stack, 'Cache');

const application = new LambdaFunction(stack, 'Application', {
  runtime: Runtime.NODEJS_24_X,
  handler: 'index.handler',
  code: Code.fromInline('exports.handler = async () => process.env.SECRET_ARN;'),
  environment: { SECRET_ARN: cache.credentials.secretArn },
  vpc: cache.vpc,
  vpcSubnets: { subnets: cache.vpc.isolatedSubnets },
  securityGroups: [cache.clientSecurityGroup], // reaches the cache and its secret, nothing else
});
cache.grantRead(application); // reads the secret, and so logs in
