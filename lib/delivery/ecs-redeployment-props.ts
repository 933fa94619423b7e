/** Props of `EcsRedeployment`: the cache, and the services to restart after a rotation. */

import type { IBaseService } from 'aws-cdk-lib/aws-ecs';
import type { Duration } from 'aws-cdk-lib/core';
import { CACHE, duration, required, SERVICES } from '../settings/value-kinds';
import type { IRedisAccess } from '../sharing/redis-access';
import type { Kinds } from '../validation/kinds';

export interface EcsRedeploymentProps {
  /**
   * The cache whose password the services use. For an imported cache, a key for the log is created,
   * since the cache's key does not let this stack encrypt logs.
   */
  readonly cache: IRedisAccess;

  /**
   * The services to restart: one to five different ones, with rolling updates by ECS, in the
   * account and region of the cache. An imported service must know its cluster, as with
   * `BaseService.fromServiceArnWithCluster`.
   */
  readonly services: IBaseService[];

  /**
   * How long a restart may take before the alarm fires, from 5 minutes to half of the cache's grace
   * period.
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
