/** Checks that a network is suitable for a cache: its subnets, endpoints, account and region. */

import { type IVpc, type SubnetSelection, SubnetType } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { checkGivenResources } from '../settings/given-resources';
import { checkPlaces } from '../settings/places';
import { checkKinds, shown } from '../validation/kinds';
import { mustBe } from '../validation/must-be';
import { Problems, SettingError } from '../validation/setting-error';
import {
  EndpointChoice,
  type EndpointChoices,
  type EndpointSettings,
  endpointProblems,
} from './endpoint-choice';
import { checkNewVpc } from './new-vpc-settings';
import { NETWORK_KINDS, type RedisNetworkProps } from './redis-network-props';

/** @throws SettingError with a line per prop of a wrong kind or place, or contradiction. */
export function checkedEndpoints(scope: Construct, props: RedisNetworkProps): EndpointSettings {
  checkKinds(scope.node.path, props, NETWORK_KINDS);
  checkPlaces(scope, placesOf(props));
  const wrong = new Problems();
  checkGivenResources(wrong, { encryptionKey: props.encryptionKey });
  checkNewVpc(wrong, props, props.vpc !== undefined);
  wrong.throwAny(scope.node.path);
  const settings = {
    ...props,
    hasVpc: props.vpc !== undefined,
    hasGroup: props.endpointSecurityGroup !== undefined,
  };
  const problems = endpointProblems(settings);
  if (problems.length === 0) return settings;
  throw new SettingError(
    problems
      .map(({ setting, ...rest }) => mustBe({ subject: subjectOf(scope, setting), ...rest }))
      .join('\n'),
  );
}

const subjectOf = ({ node }: Construct, prop: string) => `${node.path}: \`${prop}\``;

/** In a shared VPC, the VPC and groups may belong to another account. */
function placesOf({ vpc, endpointSecurityGroup, encryptionKey }: RedisNetworkProps) {
  const same = ['partition', 'region'] as const;
  return [
    { name: 'vpc', words: 'a VPC', resource: vpc, same },
    {
      name: 'endpointSecurityGroup',
      words: 'a security group',
      resource: endpointSecurityGroup,
      same,
    },
    { name: 'encryptionKey', words: 'a key', resource: encryptionKey, arn: encryptionKey?.keyArn },
  ];
}

/**
 * The given subnets, else the isolated subnets, else those behind NAT. If a service is reached
 * through NAT, the subnets behind NAT come first: isolated subnets have no route to it.
 *
 * @throws SettingError if there are no such subnets, or a given subnet is public.
 */
export function chosenSubnets(
  scope: Construct,
  vpc: IVpc,
  chosen: SubnetSelection | undefined,
  { secretsManager, elastiCache }: EndpointChoices,
  /** The prop with the subnets. */
  prop: 'subnets' | 'vpcSubnets' = 'subnets',
): SubnetSelection {
  if (chosen === undefined) {
    const isByNat = [secretsManager, elastiCache].includes(EndpointChoice.NONE);
    const hasNat = vpc.privateSubnets.length > 0;
    if (hasNat && (isByNat || vpc.isolatedSubnets.length === 0)) {
      return { subnetType: SubnetType.PRIVATE_WITH_EGRESS };
    }
    if (vpc.isolatedSubnets.length > 0 && !isByNat) {
      return { subnetType: SubnetType.PRIVATE_ISOLATED };
    }
    const words = isByNat ? 'private subnets with a route out' : 'isolated or private subnets';
    throw new SettingError(
      mustBe({
        subject: subjectOf(scope, 'vpc'),
        allowed: `a VPC with ${words}`,
        given: 'one without',
        advice: `pass a VPC that has them, or choose them with \`${prop}\``,
      }),
    );
  }
  const publicIds = new Set(vpc.publicSubnets.map(({ subnetId }) => subnetId));
  const selected = selectedIds(vpc, chosen, subjectOf(scope, prop));
  if (selected.some((subnetId) => publicIds.has(subnetId))) {
    throw new SettingError(
      mustBe({
        subject: subjectOf(scope, prop),
        allowed: 'private or isolated subnets',
        given: 'a public one',
        advice: 'choose them with `subnetType`, `subnetGroupName` or `subnets`',
      }),
    );
  }
  return chosen;
}

/** CDK's own error lists the subnets of the VPC. */
function selectedIds(vpc: IVpc, chosen: SubnetSelection, subject: string): readonly string[] {
  try {
    return vpc.selectSubnets(chosen).subnetIds;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new SettingError(
      mustBe({
        subject,
        allowed: 'a selection of subnets that the VPC has',
        given: shown(chosen),
        advice: `choose others: ${why}`,
      }),
    );
  }
}
