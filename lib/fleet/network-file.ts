/** `shared.network` of a stage file: its checks, and the resulting network. */

import { SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Annotations, type Stack } from 'aws-cdk-lib/core';
import {
  EndpointChoice,
  type EndpointSettings,
  endpointProblems,
  endpointsOf,
} from '../network/endpoint-choice';
import { checkNewVpc, type NewVpcSettings } from '../network/new-vpc-settings';
import { RedisNetwork } from '../network/redis-network';
import { Problems } from '../validation/setting-error';
import { type FileProblem, quoted } from './file-problem';

type Choice = `${EndpointChoice}`;

export interface SharedNetworkFile extends NewVpcSettings {
  readonly vpcId?: string;
  readonly availabilityZones?: readonly string[];
  readonly isolatedSubnetIds?: readonly string[];
  readonly privateSubnetIds?: readonly string[];
  readonly endpoints?: Choice;
  readonly secretsManagerEndpoint?: Choice;
  readonly elastiCacheEndpoint?: Choice;
  readonly endpointSecurityGroupId?: string;
  readonly sharedVpc?: boolean;
}

const IN_FILE = {
  endpoints: 'endpoints',
  endpointSecurityGroup: 'endpointSecurityGroupId',
  sharedVpc: 'sharedVpc',
};

/** Adds a problem per pair of network settings that contradict each other. */
export function checkNetworkFile(problems: FileProblem[], file: SharedNetworkFile = {}): void {
  const add = (name: string, given: string, allowed: string, advice: string) =>
    problems.push({ path: ['shared', 'network', name], given, allowed, advice });
  for (const { setting, given, allowed, advice } of endpointProblems(settingsOf(file))) {
    add(IN_FILE[setting], given, allowed, advice);
  }
  const found = new Problems();
  checkNewVpc(found, file, file.vpcId !== undefined);
  for (const { setting, given, allowed, advice } of found.found) {
    add(setting, given, allowed, advice);
  }
  if (file.vpcId === undefined) return;
  const { isolatedSubnetIds, privateSubnetIds } = file;
  if (isolatedSubnetIds !== undefined && privateSubnetIds !== undefined) {
    add('privateSubnetIds', 'both', 'nothing beside `isolatedSubnetIds`', 'remove one');
  }
  if (isByNat(file) && isolatedSubnetIds !== undefined) {
    const allowed = 'nothing with an endpoint "none": isolated subnets have no route out';
    const advice = 'use `privateSubnetIds`, by NAT, a transit gateway or a proxy alike';
    add('isolatedSubnetIds', quoted(isolatedSubnetIds), allowed, advice);
  }
  checkCount(problems, file);
}

function checkCount(problems: FileProblem[], file: SharedNetworkFile): void {
  const { isolatedSubnetIds, privateSubnetIds, availabilityZones = [] } = file;
  if (isolatedSubnetIds === undefined && privateSubnetIds === undefined) {
    problems.push({
      path: ['shared', 'network', 'isolatedSubnetIds'],
      given: 'nothing',
      allowed: 'a list of ids of subnets, one or more for each availability zone',
      advice: 'add it, or `privateSubnetIds` for subnets behind NAT, or remove `vpcId`',
    });
  }
  const zones = availabilityZones.length;
  for (const [name, ids] of Object.entries({ isolatedSubnetIds, privateSubnetIds })) {
    if (ids === undefined || (zones > 0 && ids.length > 0 && ids.length % zones === 0)) continue;
    problems.push({
      path: ['shared', 'network', name],
      given: `${ids.length} subnets for ${zones} availability zones`,
      allowed: 'the same number of subnets, one or more, per availability zone',
      advice: 'list the subnets in the order of `availabilityZones`',
    });
  }
}

function settingsOf(file: SharedNetworkFile): EndpointSettings {
  return {
    ...file,
    hasVpc: file.vpcId !== undefined,
    hasGroup: file.endpointSecurityGroupId !== undefined,
  };
}

const chosenIn = (file: SharedNetworkFile) => Object.values(endpointsOf(settingsOf(file)));
const isByNat = (file: SharedNetworkFile) => chosenIn(file).includes(EndpointChoice.NONE);

/** Whether the network creates nothing, so that each cache's stack imports it. */
export function isAllGiven(file: SharedNetworkFile): boolean {
  return file.vpcId !== undefined && !chosenIn(file).includes(EndpointChoice.CREATE);
}

/** Whether rules are added to a security group of existing endpoints. */
export function hasGivenGroup({ endpointSecurityGroupId, sharedVpc }: SharedNetworkFile): boolean {
  return endpointSecurityGroupId !== undefined && sharedVpc !== true;
}

/** The settings of a new VPC. */
export function newVpcSettings({ zones, cidr, flowLogs }: SharedNetworkFile): NewVpcSettings {
  return { zones, cidr, flowLogs };
}

/** The network in the VPC of the file. */
export function givenNetwork(stack: Stack, file: SharedNetworkFile): RedisNetwork {
  const { vpcId = '', availabilityZones = [], isolatedSubnetIds, privateSubnetIds } = file;
  const vpc = Vpc.fromVpcAttributes(stack, 'Vpc', {
    vpcId,
    availabilityZones: [...availabilityZones],
    isolatedSubnetIds: isolatedSubnetIds && [...isolatedSubnetIds],
    privateSubnetIds: privateSubnetIds && [...privateSubnetIds],
  });
  // Nothing in this project reads route tables.
  Annotations.of(vpc).acknowledgeWarning('@aws-cdk/aws-ec2:noSubnetRouteTableId');
  const { endpointSecurityGroupId: groupId } = file;
  return new RedisNetwork(stack, 'Network', {
    vpc,
    endpoints: choiceOf(file.endpoints),
    secretsManagerEndpoint: choiceOf(file.secretsManagerEndpoint),
    elastiCacheEndpoint: choiceOf(file.elastiCacheEndpoint),
    endpointSecurityGroup:
      groupId === undefined
        ? undefined
        : SecurityGroup.fromSecurityGroupId(stack, 'Endpoints', groupId),
    sharedVpc: file.sharedVpc,
  });
}

function choiceOf(choice: Choice | undefined): EndpointChoice | undefined {
  return Object.values(EndpointChoice).find((each) => each === choice);
}
