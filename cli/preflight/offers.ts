/** Checks that AWS offers the node types and endpoint services of the stage. */

import { ofType, type StackTemplate, type TemplateProperties } from '../template/stack-template';
import { resourceOf, textOf } from '../template/values';
import type { AwsAnswer } from './account';
import { answered, noAnswer } from './asking';
import {
  type AccountFacts,
  type Check,
  type CheckFinding,
  cannotTell,
  fine,
  listed,
  willFail,
} from './finding';

const GROUP = 'AWS::ElastiCache::ReplicationGroup';
const ENDPOINT = 'AWS::EC2::VPCEndpoint';

export const nodeTypesOffered: Check = async (facts) => {
  const types = new Map<string, AwsAnswer<readonly string[]>>();
  for (const template of facts.templates) {
    for (const [, group] of ofType(template, GROUP)) {
      const zones = await zonesOfGroup(group, template, facts);
      const type = typeof group.CacheNodeType === 'string' ? group.CacheNodeType : '';
      types.set(type, both(types.get(type), zones));
    }
  }
  return Promise.all(Array.from(types, ([type, zones]) => nodeTypeOffered(type, zones, facts)));
};

async function nodeTypeOffered(
  type: string,
  zones: AwsAnswer<readonly string[]>,
  { account, region }: AccountFacts,
): Promise<CheckFinding> {
  const what = `node type ${type}`.trim();
  if (type === '') return cannotTell(what, 'the node type is known only at deploy');
  const offered = await account.isNodeTypeOffered(type);
  if (offered.kind === 'none') return cannotTell(what, offered.why);
  if (!offered.value) {
    return willFail(
      what,
      `it must be a node type that ElastiCache offers in ${region}, got ${type}.`,
      'Choose another `nodeType`: `aws elasticache describe-reserved-cache-nodes-offerings`.',
    );
  }
  if (zones.kind === 'none') return cannotTell(what, zones.why);
  const instances = await account.instanceZones(type.replace(/^cache\./, ''));
  if (instances.kind === 'none') return cannotTell(what, instances.why);
  const missing = zones.value.filter((zone) => !instances.value.includes(zone));
  const where = listed(zones.value);
  if (missing.length === 0) return fine(what, `offered in ${region}, and by EC2 in ${where}`);
  return cannotTell(
    what,
    `offered in ${region}, but EC2 does not offer it in ${listed(missing)}, and ElastiCache ` +
      'does not publish its zones',
  );
}

export const endpointServicesOffered: Check = async (facts) => {
  const { templates, place } = facts;
  const services = new Map<string, AwsAnswer<readonly string[]>>();
  const where = { partition: 'aws', account: undefined, ...valueIn(place), region: facts.region };
  for (const template of templates) {
    for (const [, { ServiceName, SubnetIds, VpcEndpointType }] of ofType(template, ENDPOINT)) {
      if (VpcEndpointType !== 'Interface') continue;
      const name = textOf(ServiceName, template, where) ?? '';
      const zones = await zonesOfSubnets(SubnetIds, template, facts);
      services.set(name, both(services.get(name), zones));
    }
  }
  if (services.size === 0) return [fine('endpoint services', 'the deploy creates no endpoint')];
  return Promise.all(Array.from(services, ([name, zones]) => serviceOffered(name, zones, facts)));
};

async function serviceOffered(
  service: string,
  zones: AwsAnswer<readonly string[]>,
  { account, region }: AccountFacts,
): Promise<CheckFinding> {
  const what = `endpoint service ${service}`.trim();
  if (service === '') return cannotTell(what, 'the service is known only at deploy');
  const offered = await account.serviceZones(service);
  if (offered.kind === 'none') return cannotTell(what, offered.why);
  const next = 'Use a VPC with NAT: `"endpoints": "none"` (docs/networks.md).';
  if (offered.value === undefined) {
    return willFail(
      what,
      `it must be a service that AWS offers in ${region}, got ${service}.`,
      next,
    );
  }
  if (zones.kind === 'none') return cannotTell(what, zones.why);
  const missing = zones.value.filter((zone) => !offered.value?.includes(zone));
  if (missing.length === 0) return fine(what, `offered in ${listed(zones.value)}`);
  return willFail(
    what,
    `it must be offered in the zones of the subnets, got an offer without ${listed(missing)}.`,
    `Choose subnets in ${listed(offered.value)}, or: ${next}`,
  );
}

function valueIn<T extends object>(answer: AwsAnswer<T>): Partial<T> {
  return answer.kind === 'answer' ? answer.value : {};
}

/** The union of both lists of zones. */
function both(
  one: AwsAnswer<readonly string[]> | undefined,
  other: AwsAnswer<readonly string[]>,
): AwsAnswer<readonly string[]> {
  if (one === undefined || other.kind === 'none') return other;
  if (one.kind === 'none') return one;
  return answered(Array.from(new Set([...one.value, ...other.value])).sort());
}

async function zonesOfGroup(
  { CacheSubnetGroupName }: TemplateProperties,
  template: StackTemplate,
  facts: AccountFacts,
): Promise<AwsAnswer<readonly string[]>> {
  const subnets = resourceOf(CacheSubnetGroupName, template, facts.templates);
  if (subnets === undefined) return noAnswer('the zones are known only at deploy');
  const { SubnetIds } = subnets.template.resources[subnets.id]?.Properties ?? {};
  return zonesOfSubnets(SubnetIds, subnets.template, facts);
}

async function zonesOfSubnets(
  ids: unknown,
  template: StackTemplate,
  facts: AccountFacts,
): Promise<AwsAnswer<readonly string[]>> {
  if (!Array.isArray(ids)) return noAnswer('the zones are known only at deploy');
  let all: AwsAnswer<readonly string[]> = answered([]);
  for (const id of ids) all = both(all, await zoneOfSubnet(id, template, facts));
  return all;
}

async function zoneOfSubnet(
  id: unknown,
  template: StackTemplate,
  { account, templates }: AccountFacts,
): Promise<AwsAnswer<readonly string[]>> {
  if (typeof id === 'string') {
    const zones = await account.subnetZones();
    if (zones.kind === 'none') return zones;
    const zone = zones.value[id];
    return zone === undefined
      ? noAnswer(`there is no ${id} in this account and region`)
      : answered([zone]);
  }
  const made = resourceOf(id, template, templates);
  const { AvailabilityZone: zone } = made?.template.resources[made.id]?.Properties ?? {};
  if (typeof zone === 'string') return answered([zone]);
  const { 'Fn::Select': select } = (zone ?? {}) as TemplateProperties;
  const [index, list] = Array.isArray(select) ? select : [];
  if ((list as TemplateProperties | undefined)?.['Fn::GetAZs'] === undefined) {
    return noAnswer('the zones are known only at deploy');
  }
  const zones = await account.zones();
  if (zones.kind === 'none') return zones;
  const chosen = zones.value[Number(index)];
  if (chosen !== undefined) return answered([chosen]);
  return noAnswer(`the region has ${zones.value.length} zones, and the network needs more`);
}
