/** Reads the rules of a security group, inline and separate, and their networks. */

import type { CfnSecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { isAdmissible } from './admitted-networks';
import { possibleTexts, SYMBOL } from './expressions';
import type { RenderedApp } from './rendered-app';
import type { Properties, RenderedResource } from './rendered-stack';
import { sameJson } from './rule';

export const INGRESS = 'AWS::EC2::SecurityGroupIngress';
export const EGRESS = 'AWS::EC2::SecurityGroupEgress';

/** A rule of the group, and the resource that defines it. */
export interface GroupRule {
  readonly resource: RenderedResource;
  readonly properties: Properties;
  /** Prefix of its properties in errors. */
  readonly prefix: string;
}

/** The rules of a group, inline and as separate resources of a type, in each branch. */
export function rulesOf(
  group: CfnSecurityGroup,
  app: RenderedApp,
  type: string,
): readonly GroupRule[] {
  const own = app.find(group);
  if (own === undefined) return [];
  const inlineProperty = type === INGRESS ? 'SecurityGroupIngress' : 'SecurityGroupEgress';
  const inline = own.branches.flatMap((branch) =>
    branch.items(inlineProperty).map((properties, index) => ({
      resource: branch,
      properties,
      prefix: `${inlineProperty}[${index}].`,
    })),
  );
  const byId = app.naming(type, 'GroupId', own);
  const byName = app.naming(type, 'GroupName', own);
  const others = [...byId, ...byName.filter((each) => !byId.includes(each))].map((resource) => {
    return { resource, properties: resource.properties, prefix: '' };
  });
  return [...inline, ...others];
}

/** Attributes with the network of one VPC, at most a /16, or a /44 of IPv6. */
const OWN_NETWORKS = [
  'AWS::EC2::VPC CidrBlock',
  'AWS::EC2::VPC CidrBlockAssociations',
  'AWS::EC2::VPC Ipv6CidrBlocks',
  'AWS::EC2::Subnet CidrBlock',
  'AWS::EC2::Subnet Ipv6CidrBlocks',
];

/** The block of a subnet expression: `Fn::Select(0,Fn::Cidr(<block>,4,8))`. */
function blockOf(text: string): string {
  const [, inner] = /^Fn::(?:Select\([^<>(),]+,|Cidr\()(.*)\)$/.exec(text) ?? [];
  if (inner === undefined) return text;
  return blockOf(text.startsWith('Fn::Cidr') ? inner.replace(/(?:,[\w.<># ]*){1,2}$/, '') : inner);
}

/** Whether a text is the network of a VPC or subnet of this app. */
function isOfVpc(app: RenderedApp, text: string): boolean {
  const [, key = '', attribute = ''] = /^<(\d+#\w+)\.([^<>]*)>$/.exec(text) ?? [];
  return OWN_NETWORKS.includes(`${app.byKey(key)?.body.Type} ${attribute}`);
}

/** Whether a text is a private network, the network of a VPC of the app, or allowed. */
export function isAdmitted(
  app: RenderedApp,
  text: string,
  allowed: readonly string[] = [],
): boolean {
  const block = blockOf(text);
  return isAdmissible(block, allowed) || allowed.includes(text) || isOfVpc(app, block);
}

/**
 * The blocks of a prefix list of this app; for another list its id, since its entries are unknown.
 */
export function entriesOf(app: RenderedApp, text: string): readonly string[] {
  const [, key = ''] = text.matchAll(SYMBOL).next().value ?? [];
  const list = app.byKey(key);
  if (list?.body.Type !== 'AWS::EC2::PrefixList') return [text];
  return list.branches.flatMap((branch) =>
    branch.items('Entries').flatMap(({ Cidr }) => possibleTexts(branch.stack, Cidr)),
  );
}

/** Whether it is CDK's placeholder rule that prevents AWS's default of all egress. */
export function isNoOne(properties: Properties): boolean {
  if (properties.CidrIp !== NO_ONE.CidrIp) return false;
  const { Description: _, GroupId: __, ...rule } = properties;
  return sameJson(
    { ...rule, FromPort: Number(rule.FromPort), ToPort: Number(rule.ToPort) },
    NO_ONE,
  );
}

const NO_ONE = { CidrIp: '255.255.255.255/32', IpProtocol: 'icmp', FromPort: 252, ToPort: 86 };
