/** Rules of the cache's security group: who may reach the cache, and that it reaches nobody. */

import type { CfnSecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { isAdmissible } from './addresses';
import { possibleTexts, SYMBOL } from './expressions';
import type { Properties, RenderedApp, RenderedResource } from './rendered-app';
import { type Finding, type Rule, type Subject, shown } from './rule';

export interface SecurityGroupSubject extends Subject {
  readonly group: CfnSecurityGroup;
  readonly port: number;
  /** What may be admitted besides private networks: CIDR blocks, prefix lists, tokens. */
  readonly allowedNetworks: readonly string[];
}

const PROTECTS = "the cache's security group";
const INGRESS = 'AWS::EC2::SecurityGroupIngress';
const EGRESS = 'AWS::EC2::SecurityGroupEgress';

/** A property of a rule, wherever it is. */
function ofIngress(property: string): readonly string[] {
  return [`SecurityGroupIngress.${property}`, `${INGRESS} ${property}`];
}

/** A rule of the group, in the resource that holds it. */
interface GroupRule {
  readonly resource: RenderedResource;
  readonly properties: Properties;
  /** What its parts are named with. */
  readonly prefix: string;
}

function rulesOf(
  { group }: SecurityGroupSubject,
  app: RenderedApp,
  type: string,
): readonly GroupRule[] {
  const own = app.find(group);
  if (own === undefined) return [];
  const inlineProperty = type === INGRESS ? 'SecurityGroupIngress' : 'SecurityGroupEgress';
  const inline = own.items(inlineProperty).map((properties, index) => ({
    resource: own,
    properties,
    prefix: `${inlineProperty}[${index}].`,
  }));
  const others = new Set(
    ['GroupId', 'GroupName'].flatMap((property) => app.naming(type, property, own)),
  );
  return [
    ...inline,
    ...Array.from(others, (resource) => ({
      resource,
      properties: resource.properties,
      prefix: '',
    })),
  ];
}

/** Attributes that are a network of one VPC, which AWS holds to a /16, or to a /44 of IPv6. */
const OWN_NETWORKS = [
  'AWS::EC2::VPC CidrBlock',
  'AWS::EC2::VPC CidrBlockAssociations',
  'AWS::EC2::VPC Ipv6CidrBlocks',
  'AWS::EC2::Subnet CidrBlock',
  'AWS::EC2::Subnet Ipv6CidrBlocks',
];

/** Whether a text names the network of a VPC or subnet of this app. */
function isOfVpc(app: RenderedApp, text: string): boolean {
  const [, key = '', attribute = ''] =
    /^(?:Fn::Select\(\d+,)?<(\d+#\w+)\.([^<>]*)>\)?$/.exec(text) ?? [];
  return OWN_NETWORKS.includes(`${app.byKey(key)?.body.Type} ${attribute}`);
}

function isAdmitted(app: RenderedApp, text: string, allowed: readonly string[]): boolean {
  return isAdmissible(text, allowed) || allowed.includes(text) || isOfVpc(app, text);
}

/** The blocks of a prefix list of this app, or its id, whose entries nobody can read here. */
function entriesOf(app: RenderedApp, text: string): readonly string[] {
  const [, key = ''] = text.matchAll(SYMBOL).next().value ?? [];
  const list = app.byKey(key);
  if (list?.body.Type !== 'AWS::EC2::PrefixList') return [text];
  return list.items('Entries').flatMap(({ Cidr }) => possibleTexts(list.stack, Cidr));
}

const ingressNetworks: Rule<SecurityGroupSubject> = {
  id: 'ingress-networks',
  properties: ['CidrIp', 'CidrIpv6', 'SourcePrefixListId'].flatMap(ofIngress),
  protects: PROTECTS,
  why: 'a cache that public addresses may reach is one mistake in a route away from the internet',
  allowed:
    'a private network (RFC 1918, RFC 6598, fc00::/7), public IPv6 of /48 or longer, or in ' +
    '`allowedNetworks`',
  fix:
    'Admit a security group with `connections.allowDefaultPortFrom(client)`, or list the network ' +
    'in the prop `allowedNetworks`.',
  judge: (subject, app) =>
    rulesOf(subject, app, INGRESS).flatMap(({ resource, properties, prefix }) => {
      const allowed = subject.allowedNetworks.flatMap((each) =>
        possibleTexts(resource.stack, resource.stack.resolve(each)),
      );
      return ['CidrIp', 'CidrIpv6', 'SourcePrefixListId'].flatMap((part): Finding[] => {
        const texts = possibleTexts(resource.stack, properties[part]);
        const isList = part === 'SourcePrefixListId';
        const wrong = texts.flatMap((text) => {
          if (allowed.includes(text)) return [];
          const blocks = isList ? entriesOf(app, text) : [text];
          return blocks.filter((block) => !isAdmitted(app, block, allowed));
        });
        if (wrong.length === 0) return [];
        const isKnown = wrong.every((text) => !/[<(]/.test(text));
        const given = isKnown ? wrong.join(', ') : `${shown(properties[part])}, ${UNKNOWN}`;
        return [{ resource, part: `${prefix}${part}`, given }];
      });
    }),
};

/** What is unknown here may be everything. */
const UNKNOWN = 'which only the deploy knows';

const ingressPort: Rule<SecurityGroupSubject> = {
  id: 'ingress-port',
  properties: ['IpProtocol', 'FromPort', 'ToPort'].flatMap(ofIngress),
  protects: PROTECTS,
  why: 'nothing but the cache answers there, and a rule for more is a rule that nobody meant',
  allowed: "TCP on the cache's port",
  fix: 'Use `connections.allowDefaultPortFrom(client)`, which takes the port from the prop `port`.',
  judge: (subject, app) =>
    rulesOf(subject, app, INGRESS).flatMap(({ resource, properties, prefix }): Finding[] => {
      const { IpProtocol, FromPort, ToPort } = properties;
      const isTcp = ['tcp', '6'].includes(String(IpProtocol).toLowerCase());
      if (isTcp && [FromPort, ToPort].every((each) => Number(each) === subject.port)) return [];
      return [
        {
          resource,
          part: `${prefix}IpProtocol`,
          given: `${shown(IpProtocol)} from ${shown(FromPort)} to ${shown(ToPort)}`,
          allowed: `TCP on port ${subject.port}`,
        },
      ];
    }),
};

/** What CDK writes so that AWS does not add its own rule, which lets everything out. */
function isDummy({ CidrIp, IpProtocol, FromPort, ToPort }: Properties): boolean {
  return (
    CidrIp === '255.255.255.255/32' &&
    IpProtocol === 'icmp' &&
    Number(FromPort) === 252 &&
    Number(ToPort) === 86
  );
}

const egress: Rule<SecurityGroupSubject> = {
  id: 'egress-none',
  properties: ['SecurityGroupEgress', EGRESS],
  protects: PROTECTS,
  why: 'a cache answers and never calls: whatever leaves it is data that is taken away',
  allowed: 'the rule to 255.255.255.255/32 alone, by which CDK says none',
  fix: 'Remove the rule.',
  judge: (subject, app) => {
    const own = app.find(subject.group);
    const rules = rulesOf(subject, app, EGRESS);
    const wrong = rules
      .filter(({ properties }) => !isDummy(properties))
      .map(({ resource, properties, prefix }) => ({
        resource,
        part: prefix === '' ? 'egress' : prefix.slice(0, -1),
        given: shown(properties),
      }));
    const isStated = rules.some(({ resource }) => resource.key === own?.key);
    if (own === undefined || isStated) return wrong;
    // Without any AWS adds one that lets everything out.
    return [...wrong, { resource: own, part: 'SecurityGroupEgress', given: 'nothing' }];
  },
};

export const SECURITY_GROUP_RULES: readonly Rule<SecurityGroupSubject>[] = [
  ingressNetworks,
  ingressPort,
  egress,
];
