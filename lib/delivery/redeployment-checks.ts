/**
 * Checks the props of `EcsRedeployment` before any construct is created, including their types:
 * plain JavaScript gets the same errors.
 */

import { CfnService, type IBaseService } from 'aws-cdk-lib/aws-ecs';
import { Duration, Stack, Token, TokenComparison } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { DELIVERY_DEFAULTS } from '../settings/defaults';
import type { IRedisAccess } from '../sharing/redis-access';
import { checkKinds } from '../validation/kinds';
import { wholeNumber } from '../validation/limits';
import { Problems, SettingError } from '../validation/setting-error';
import { type EcsRedeploymentProps, REDEPLOYMENT_KINDS } from './ecs-redeployment-props';

/**
 * Maximum targets of a rule. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
 */
const SERVICES_MAX = 5;
const TIMEOUT_MINUTES_MIN = 5;
const ALLOWED_SERVICES = `1 to ${SERVICES_MAX} services`;

/** @throws SettingError with a line per invalid prop. */
export function checkedRedeployment(
  scope: Construct,
  given: EcsRedeploymentProps,
): Required<EcsRedeploymentProps> {
  checkKinds(scope.node.path, given, REDEPLOYMENT_KINDS);
  const { cache, services } = given;
  const timeout = given.timeout ?? Duration.hours(DELIVERY_DEFAULTS.redeploymentHours);
  checkRotates(scope, cache);
  checkGracePeriod(scope, cache);
  const problems = new Problems();
  checkServices(problems, services);
  checkTimeout(problems, timeout, cache);
  problems.throwAny(scope.node.path);
  for (const service of services) checkService(service, cache);
  checkPlace(scope.node.path, Stack.of(scope).account, Stack.of(scope).region, cache);
  return { cache, services, timeout };
}

function checkRotates({ node }: Construct, cache: IRedisAccess): void {
  if (cache._iam === undefined) return;
  throw new SettingError(
    `${node.path}: \`cache\` must be a cache or user with a password, which rotates, got ` +
      `${cache.node.path}, which logs in by IAM. Remove the restart: its services need none.`,
  );
}

function checkGracePeriod({ node }: Construct, { gracePeriod }: IRedisAccess): void {
  if (gracePeriod.toMinutes() > 0) return;
  throw new SettingError(
    `${node.path}: \`gracePeriod\` must be 1 day or more where services are restarted, got 0 ` +
      'days: the next daily check revokes the previous password. Raise it, or let the ' +
      'application read the secret itself.',
  );
}

function checkServices(problems: Problems, services: readonly unknown[]): void {
  if (services.length < 1 || services.length > SERVICES_MAX) {
    const advice = 'make another `EcsRedeployment` for more';
    problems.add('services.length', services.length, ALLOWED_SERVICES, advice);
  }
  const arns = services.map((service) => (service as IBaseService | null)?.serviceArn);
  services.forEach((service, index) => {
    const setting = `services[${index}]`;
    const advice = 'import it with `BaseService.fromServiceArnWithCluster`';
    const first = arns.indexOf(arns[index]);
    if (!Construct.isConstruct(service) || arns[index] === undefined) {
      problems.add(setting, nameOf(service), 'a service of ECS', `make it, or ${advice}`);
    } else if (!(service as unknown as IBaseService).cluster?.clusterArn) {
      problems.add(setting, nameOf(service), 'a service that knows its cluster', advice);
    } else if (first < index) {
      const allowed = 'another service: a second restart would displace the first';
      problems.add(setting, nameOf(service), allowed, `remove it: services[${first}] is the same`);
    }
  });
}

function checkTimeout(problems: Problems, timeout: Duration, { gracePeriod }: IRedisAccess): void {
  const max = gracePeriod.toMinutes() / 2;
  const minutes = timeout.toMinutes({ integral: false });
  if (Number.isInteger(minutes) && minutes >= TIMEOUT_MINUTES_MIN && minutes <= max) return;
  const minutesAllowed = wholeNumber({ min: TIMEOUT_MINUTES_MIN, max }, 'minutes');
  problems.add('timeout', timeout.toString(), `${minutesAllowed}, half of the grace period`);
}

function checkService(service: IBaseService, cache: IRedisAccess): void {
  const { path } = service.node;
  checkPlace(path, service.env.account, service.env.region, cache);
  const resource = service.node.tryFindChild('Service');
  const controller = resource instanceof CfnService ? resource.deploymentController : undefined;
  const type = controller && 'type' in controller ? (controller.type ?? 'ECS') : 'ECS';
  if (type === 'ECS') return;
  throw new SettingError(
    `${path} must be a service that ECS itself deploys, got ${type}: others take no restart from ` +
      'outside. Restart it by its own deployment, or let the application read the secret itself.',
  );
}

/** EventBridge delivers the event only in the account and region of the secret. */
function checkPlace(path: string, account: string, region: string, cache: IRedisAccess): void {
  const { env } = cache;
  const differs = (one: string, other: string) =>
    Token.compareStrings(one, other) === TokenComparison.DIFFERENT;
  if (!differs(account, env.account) && !differs(region, env.region)) return;
  throw new SettingError(
    `${path} must be in the account and region of the cache, ${env.account}/${env.region}, ` +
      `got ${account}/${region}: its event stays there. Let the application read the secret ` +
      'itself.',
  );
}

/** A printable value: constructs have circular references. */
function nameOf(given: unknown): unknown {
  if (Construct.isConstruct(given)) return given.node.path;
  return typeof given === 'object' && given !== null ? typeof given : given;
}
