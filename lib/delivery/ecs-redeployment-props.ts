/** What an `EcsRedeployment` is given: the cache, and the services to restart after a rotation. */

import type { IBaseService } from 'aws-cdk-lib/aws-ecs';
import type { Duration } from 'aws-cdk-lib/core';
import type { IRedisAccess } from '../access/redis-access';
import { CACHE, duration, required, SERVICES } from '../settings/value-kinds';
import type { Kinds } from '../validation/kinds';

export interface EcsRedeploymentProps {
  /**
   * The cache whose password the services use. For an imported one a key for the log is made, since
   * the key of the cache does not let this stack encrypt logs.
   */
  readonly cache: IRedisAccess;

  /**
   * The services to restart, one to five, each once, deployed by ECS itself (rolling updates). Of
   * the account and region of the cache. One that was imported must know its cluster, as that of
   * `BaseService.fromServiceArnWithCluster` does.
   */
  readonly services: IBaseService[];

  /**
   * How long a restart may take before the alarm fires, from 5 minutes to half of the grace period
   * of the cache.
   *
   * @default Duration.hours(1)
   */
  readonly timeout?: Duration;
}

export const REDEPLOYMENT_KINDS: Kinds<EcsRedeploymentProps> = {
  cache: required(CACHE),
  services: required(SERVICES),
  timeout: duration('minutes'),
};
