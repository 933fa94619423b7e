/**
 * Rules of the security groups besides the cache's own: egress of clients and of the rotation
 * function, and ingress of the endpoints.
 */

import type { CfnSecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { isKnown, possibleTexts } from './expressions';
import { EGRESS, entriesOf, INGRESS, isAdmitted, isNoOne, rulesOf } from './read-security-group';
import type { RenderedApp } from './rendered-app';
import type { Properties, RenderedResource } from './rendered-stack';
import { clipped, type Finding, type Rule, type Subject } from './rule';

export interface GroupNetworksSubject extends Subject {
  /** Groups whose egress is checked: clients and the rotation function. */
  readonly callers: readonly CfnSecurityGroup[];
  /** Networks that these may reach on port 443, by the choice of endpoints. */
  readonly networks: readonly string[];
  /** Whether prefix lists may be reached, whose entries cannot be read at synth. */
  readonly takesLists: boolean;
  /** Groups whose ingress is checked: the endpoints. */
  readonly endpoints: readonly CfnSecurityGroup[];
}

type NetworksRule = Rule<GroupNetworksSubject>;

const EGRESS_PARTS = ['CidrIp', 'CidrIpv6', 'DestinationPrefixListId'];
const INGRESS_PARTS = ['CidrIp', 'CidrIpv6', 'SourcePrefixListId'];

const inline = (name: string, parts: readonly string[]) =>
  parts.flatMap((part) => [`${name}.${part}`, `AWS::EC2::${name} ${part}`]);

/** The networks of a rule that are neither private nor allowed. */
function publicParts(
  { resource, properties, prefix }: ReturnType<typeof rulesOf>[number],
  parts: readonly string[],
  app: RenderedApp,
  isAllowed: (text: string) => boolean = () => false,
): readonly Finding[] {
  return parts.flatMap((part) => {
    const texts = possibleTexts(resource.stack, properties[part])
      .flatMap((text) => (part.endsWith('PrefixListId') ? entriesOf(app, text) : [text]))
      .filter((text) => !isAdmitted(app, text) && !isAllowed(text));
    if (texts.length === 0) return [];
    const given = texts.every(isKnown) ? texts.join(', ') : clipped(properties[part]);
    return [{ resource, part: `${prefix}${part}`, given }];
  });
}

const isHttps = ({ IpProtocol, FromPort, ToPort }: Properties) =>
  IpProtocol === 'tcp' && Number(FromPort) === 443 && Number(ToPort) === 443;

const callerEgress: NetworksRule = {
  id: 'caller-egress',
  properties: inline('SecurityGroupEgress', EGRESS_PARTS),
  protects: 'the security groups of clients and of the rotation function',
  why: 'clients and the function hold the password, and could send it wherever they have egress',
  allowed: 'a private network, a security group, or what the prop `endpoints` of the network needs',
  fix: 'Remove the rule. Give a client that calls others a second security group.',
  judge: ({ callers, networks, takesLists }, app) =>
    callers.flatMap((group) => {
      const rules = rulesOf(group, app, EGRESS);
      const own = app.find(group);
      // Without an egress rule AWS adds a rule that allows all egress.
      if (own && rules.length === 0) {
        return [{ resource: own, part: 'SecurityGroupEgress', given: 'nothing' }];
      }
      return rules
        .filter(({ properties }) => !isNoOne(properties))
        .flatMap((rule) => {
          const allowed = isHttps(rule.properties) ? textsOf(networks, rule.resource) : [];
          return publicParts(
            rule,
            EGRESS_PARTS,
            app,
            (text) => allowed.includes(text) || (takesLists && /^pl-\w+$/.test(text)),
          );
        });
    }),
};

const textsOf = (networks: readonly string[], resource: RenderedResource) =>
  networks.flatMap((each) => possibleTexts(resource.stack, resource.resolve(each)));

const endpointIngress: NetworksRule = {
  id: 'endpoint-ingress',
  properties: inline('SecurityGroupIngress', INGRESS_PARTS),
  protects: 'the interface endpoints of a network',
  why: 'they serve Secrets Manager to the VPC, and must not be reachable from elsewhere',
  allowed: 'a private network or a security group',
  fix: 'Admit the security group of each client.',
  judge: ({ endpoints }, app) =>
    endpoints
      .flatMap((group) => rulesOf(group, app, INGRESS))
      .flatMap((rule) => publicParts(rule, INGRESS_PARTS, app)),
};

export const GROUP_NETWORKS_RULES: readonly NetworksRule[] = [callerEgress, endpointIngress];
