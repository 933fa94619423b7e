/**
 * The rules of each security group in the templates of an app, as AWS counts them: IPv4 and IPv6
 * separately, a prefix list by its maximum number of entries.
 */

import { possibleTexts } from '../rules/expressions';
import type { RenderedApp } from '../rules/rendered-app';
import type { Properties, RenderedResource, RenderedStack } from '../rules/rendered-stack';

export type Direction = 'ingress' | 'egress';
type Family = 'IPv4' | 'IPv6';

export interface CountedRule {
  /** The resource with the rule. */
  readonly resource: RenderedResource;
  readonly direction: Direction;
  /** EC2 stores one rule per identity; `undefined` if it is known only at deploy. */
  readonly identity: string | undefined;
  readonly counts: Readonly<Record<Family, number>>;
}

const GROUP = 'AWS::EC2::SecurityGroup';
const PREFIX_LIST = 'AWS::EC2::PrefixList';
const DIRECTIONS = [
  ['ingress', 'SecurityGroupIngress', 'AWS::EC2::SecurityGroupIngress'],
  ['egress', 'SecurityGroupEgress', 'AWS::EC2::SecurityGroupEgress'],
] as const;

/** Properties for the peer. A security group or an AWS prefix list counts for both families. */
const PEERS = [
  'CidrIp',
  'CidrIpv6',
  'SourceSecurityGroupId',
  'SourcePrefixListId',
  'DestinationSecurityGroupId',
  'DestinationPrefixListId',
] as const;

/** All rules by the key of their group, as in `groupKey`. */
export function rulesByGroup(app: RenderedApp): ReadonlyMap<string, readonly CountedRule[]> {
  const found = new Map<string, CountedRule[]>();
  const add = (key: string | undefined, rules: readonly CountedRule[]) => {
    if (key === undefined) return;
    const known = found.get(key);
    if (known) known.push(...rules);
    else found.set(key, [...rules]);
  };
  for (const [direction, property, type] of DIRECTIONS) {
    for (const resource of app.ofType(type)) {
      // Whether conditional resources exist together is known only at deploy.
      if (resource.body.Condition !== undefined) continue;
      const key = groupKey(resource.stack, resource.properties.GroupId);
      add(
        key,
        largest(resource, (branch) => [ruleOf(app, branch, branch.properties, direction)]),
      );
    }
    for (const resource of app.ofType(GROUP)) {
      const inline = (branch: RenderedResource) =>
        branch.items(property).map((rule) => ruleOf(app, branch, rule, direction));
      add(`<${resource.key}>`, largest(resource, inline));
    }
  }
  return found;
}

/** Key of a group: its resource if it belongs to the app, else its environment and id. */
export function groupKey(stack: RenderedStack, groupId: unknown): string | undefined {
  const [text, ...others] = new Set(possibleTexts(stack, groupId));
  if (text === undefined || others.length > 0) return undefined;
  const [, key] = /^<(\d+#\w+)\.(?:GroupId|Ref)>$/.exec(text) ?? [];
  return key === undefined ? `${stack.stack.environment} ${text}` : `<${key}>`;
}

/** The branch of a resource with the highest count; the deploy chooses one branch. */
function largest(
  resource: RenderedResource,
  rulesOf: (branch: RenderedResource) => readonly CountedRule[],
): readonly CountedRule[] {
  const all = resource.branches.map(rulesOf);
  const most = Math.max(0, ...all.map(total));
  return all.find((rules) => total(rules) === most) ?? [];
}

const total = (rules: readonly CountedRule[]) =>
  Math.max(countOf(rules, 'IPv4'), countOf(rules, 'IPv6'));

export function countOf(rules: readonly CountedRule[], family: Family): number {
  return rules.reduce((sum, { counts }) => sum + counts[family], 0);
}

function ruleOf(
  app: RenderedApp,
  resource: RenderedResource,
  rule: Properties,
  direction: Direction,
): CountedRule {
  return {
    resource,
    direction,
    identity: identityOf(resource.stack, rule),
    counts: countsOf(app, resource.stack, rule),
  };
}

/** https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html */
function countsOf(app: RenderedApp, stack: RenderedStack, rule: Properties) {
  if (rule.CidrIp !== undefined) return { IPv4: 1, IPv6: 0 };
  if (rule.CidrIpv6 !== undefined) return { IPv4: 0, IPv6: 1 };
  const id = rule.SourcePrefixListId ?? rule.DestinationPrefixListId;
  if (id === undefined) return { IPv4: 1, IPv6: 1 };
  const [, key = ''] = /^<(\d+#\w+)\./.exec(possibleTexts(stack, id)[0] ?? '') ?? [];
  const list = app.byKey(key);
  if (list?.body.Type !== PREFIX_LIST) return { IPv4: 1, IPv6: 1 };
  const { MaxEntries, AddressFamily } = list.properties;
  const entries = Number(MaxEntries) || 1;
  return AddressFamily === 'IPv6' ? { IPv4: 0, IPv6: entries } : { IPv4: entries, IPv6: 0 };
}

const PROTOCOLS: Readonly<Record<string, string>> = { '6': 'tcp', '17': 'udp', '1': 'icmp' };

function identityOf(stack: RenderedStack, rule: Properties): string | undefined {
  const peers = PEERS.filter((name) => rule[name] !== undefined);
  const values = ['IpProtocol', 'FromPort', 'ToPort', ...peers].map((name) => {
    const texts = new Set(possibleTexts(stack, rule[name]));
    return texts.size > 1 ? undefined : (Array.from(texts)[0] ?? '');
  });
  if (peers.length === 0 || values.includes(undefined)) return undefined;
  const [protocol = '', ...others] = values.map((value) => String(value).toLowerCase());
  return JSON.stringify([PROTOCOLS[protocol] ?? protocol, ...others]);
}
