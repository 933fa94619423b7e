/**
 * The security group of an imported cache. The template rules check only the app that creates the
 * cache; this class rejects the same violations in an importing app: public networks, and ports on
 * which the cache does not listen.
 */

import { type IPeer, type ISecurityGroup, type Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { Stack, Token } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { isAdmissible } from '../rules/admitted-networks';
import { SettingError } from '../validation/setting-error';

export function importedGroup(scope: Construct, groupId: string, port: number): ISecurityGroup {
  const group = SecurityGroup.fromSecurityGroupId(scope, 'SecurityGroup', groupId);
  const add = group.addIngressRule.bind(group);
  return Object.assign(group, {
    addIngressRule: (peer: IPeer, connection: Port, ...rest: [string?, boolean?]) => {
      checkPeer(scope, peer);
      checkPort(scope, connection, port);
      add(peer, connection, ...rest);
    },
  });
}

/** The peer as CDK writes it into a rule. */
interface Source {
  readonly cidrIp?: string;
  readonly cidrIpv6?: string;
  readonly sourcePrefixListId?: string;
}

function checkPeer(scope: Construct, peer: IPeer): void {
  const { cidrIp, cidrIpv6, sourcePrefixListId }: Source = peer.toIngressRuleConfig();
  const source = cidrIp ?? cidrIpv6 ?? sourcePrefixListId;
  if (source === undefined || isAdmissible(source, []) || isOfVpc(scope, source)) return;
  const given = Token.isUnresolved(source) ? 'one that only the deploy knows' : source;
  throw new SettingError(
    `${scope.node.path}: a network that is admitted to an imported cache must be private, got ` +
      `${given}. Admit a security group, or admit the network in the app that makes the cache, ` +
      'with its prop `allowedNetworks`.',
  );
}

/** Whether a value is the network of a VPC or subnet of this app, known only at deploy. */
function isOfVpc(scope: Construct, source: string): boolean {
  if (!Token.isUnresolved(source)) return false;
  const resolved = JSON.stringify(Stack.of(scope).resolve(source));
  return /"Fn::GetAtt":\["\w+","(CidrBlock|Ipv6CidrBlocks)"\]/.test(resolved);
}

function checkPort(scope: Construct, connection: Port, port: number): void {
  const { ipProtocol, fromPort, toPort } = connection.toRuleJson();
  if (ipProtocol === 'tcp' && fromPort === port && toPort === port) return;
  throw new SettingError(
    `${scope.node.path}: a rule of the security group of an imported cache must be for TCP port ` +
      `${port}, got ${connection}. Use \`connections.allowDefaultPortFrom(client)\`.`,
  );
}
