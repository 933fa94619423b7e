/** Rules of the cache's security group: restricted ingress, no egress. */

import type { CfnSecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { areOwnable, isOwnable } from './admitted-networks';
import { isKnown, possibleTexts } from './expressions';
import { EGRESS, entriesOf, INGRESS, isAdmitted, isNoOne, rulesOf } from './read-security-group';
import type { RenderedApp } from './rendered-app';
import type { RenderedResource } from './rendered-stack';
import { clipped, type Finding, type Rule, type Subject } from './rule';

export interface SecurityGroupSubject extends Subject {
  readonly group: CfnSecurityGroup;
  readonly port: number;
  /** Admissible networks besides private ones: CIDR blocks, prefix lists, tokens. */
  readonly allowedNetworks: readonly string[];
}

const PROTECTS = "the cache's security group";

/** A property of an ingress rule, inline or separate. */
function ofIngress(property: string): readonly string[] {
  return [`SecurityGroupIngress.${property}`, `${INGRESS} ${property}`];
}

/**
 * The blocks and lists of `allowedNetworks` as in the templates, with the entries of lists of this
 * app. A block too large for one owner allows nothing, nor do blocks that are together too large.
 */
function allowedBy(
  { allowedNetworks }: SecurityGroupSubject,
  app: RenderedApp,
  resource: RenderedResource,
): { readonly allowed: readonly string[]; readonly tooWide: readonly string[] } {
  const given = allowedNetworks.flatMap((each) =>
    possibleTexts(resource.stack, resource.resolve(each)),
  );
  const texts = Array.from(new Set([...given, ...given.flatMap((text) => entriesOf(app, text))]));
  const blocks = texts.filter((text) => text.includes('/') && isKnown(text));
  const tooWide = areOwnable(blocks) ? blocks.filter((block) => !isOwnable(block)) : blocks;
  return { allowed: texts.filter((text) => !tooWide.includes(text)), tooWide };
}

const NETWORKS = ['CidrIp', 'CidrIpv6', 'SourcePrefixListId'];

const ingressNetworks: Rule<SecurityGroupSubject> = {
  id: 'ingress-networks',
  properties: NETWORKS.flatMap(ofIngress),
  protects: PROTECTS,
  why: 'with public addresses admitted, one wrong route exposes the cache to the internet',
  allowed:
    'a private network (RFC 1918, RFC 6598, fc00::/7), public IPv6 of /48 or longer, or in ' +
    '`allowedNetworks`',
  fix:
    'Admit a security group with `connections.allowDefaultPortFrom(client)`, or list the network ' +
    'in the prop `allowedNetworks`.',
  judge: (subject, app) =>
    rulesOf(subject.group, app, INGRESS).flatMap(({ resource, properties, prefix }) =>
      NETWORKS.flatMap((part): Finding[] => {
        if (properties[part] === undefined) return [];
        const { allowed, tooWide } = allowedBy(subject, app, resource);
        const texts = possibleTexts(resource.stack, properties[part]);
        const wrong = texts
          .flatMap((text) => (part === 'SourcePrefixListId' ? entriesOf(app, text) : [text]))
          .filter((block) => !isAdmitted(app, block, allowed));
        if (wrong.length === 0) return [];
        const given = wrong.every(isKnown)
          ? wrong.join(', ')
          : `${clipped(properties[part])}, ${UNKNOWN}`;
        const isListed = wrong.some((block) => tooWide.includes(block));
        return [
          { resource, part: `${prefix}${part}`, given, ...(isListed ? { allowed: OWNED } : {}) },
        ];
      }),
    ),
};

const OWNED =
  'a network that one organization owns, in `allowedNetworks` too: of /8 or longer, of IPv6 /32 ' +
  'or longer, and no more than 16 of these';

/** A value unknown at synth could be any network. */
const UNKNOWN = 'which only the deploy knows';

const ingressPort: Rule<SecurityGroupSubject> = {
  id: 'ingress-port',
  properties: ['IpProtocol', 'FromPort', 'ToPort'].flatMap(ofIngress),
  protects: PROTECTS,
  why: 'the cache listens on no other port, so a wider rule is a mistake',
  allowed: "TCP on the cache's port",
  fix: 'Use `connections.allowDefaultPortFrom(client)`, which takes the port from the prop `port`.',
  judge: (subject, app) =>
    rulesOf(subject.group, app, INGRESS).flatMap(({ resource, properties, prefix }): Finding[] => {
      const { IpProtocol, FromPort, ToPort } = properties;
      const isTcp = ['tcp', '6'].includes(String(IpProtocol).toLowerCase());
      if (isTcp && [FromPort, ToPort].every((each) => Number(each) === subject.port)) return [];
      return [
        {
          resource,
          part: `${prefix}IpProtocol`,
          given: `${clipped(IpProtocol)} from ${clipped(FromPort)} to ${clipped(ToPort)}`,
          allowed: `TCP on port ${subject.port}`,
        },
      ];
    }),
};

const egress: Rule<SecurityGroupSubject> = {
  id: 'egress-none',
  properties: ['SecurityGroupEgress', EGRESS],
  protects: PROTECTS,
  why: 'a cache never opens connections, so egress can only leak data',
  allowed: 'the rule to 255.255.255.255/32 alone, by which CDK says none',
  fix: 'Remove the rule.',
  judge: (subject, app) => {
    const wrong = rulesOf(subject.group, app, EGRESS)
      .filter(({ properties }) => !isNoOne(properties))
      .map(({ resource, properties, prefix }) => ({
        resource,
        part: prefix === '' ? 'egress' : prefix.slice(0, -1),
        given: clipped(properties),
      }));
    // Without an egress rule AWS adds a rule that allows all egress.
    const unstated = app
      .branches(subject.group)
      .filter((branch) => branch.items('SecurityGroupEgress').length === 0)
      .map((resource) => ({ resource, part: 'SecurityGroupEgress', given: 'nothing' }));
    return [...wrong, ...unstated];
  },
};

export const SECURITY_GROUP_RULES: readonly Rule<SecurityGroupSubject>[] = [
  ingressNetworks,
  ingressPort,
  egress,
];
