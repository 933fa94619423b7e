/** A stack with one cache, with its own network by default. */

import type { StackProps } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { SecureRedis } from '../cache/secure-redis';
import type { SecureRedisProps } from '../cache/secure-redis-props';
import { checkedObject, checkedScope } from '../validation/kinds';
import { StackWithoutLookups } from './stack-without-lookups';

export interface SecureRedisStackProps extends StackProps {
  /**
   * The cache.
   *
   * @default - a cache with every default
   */
  readonly cache?: SecureRedisProps;
}

export class SecureRedisStack extends StackWithoutLookups {
  readonly cache: SecureRedis;

  constructor(scope: Construct, id: string, props: SecureRedisStackProps = {}) {
    super(scope, id, checkedObject(`${checkedScope(scope, id).node.path}/${id}`, props, 'cache'));
    this.cache = new SecureRedis(this, 'Cache', props.cache);
  }
}
