/**
 * Rules of security groups are counted in rendered templates as AWS counts them, and duplicates are
 * refused.
 */

import {
  CfnPrefixList,
  CfnSecurityGroupIngress,
  type CfnSecurityGroupIngressProps,
  Peer,
  Port,
  SecurityGroup,
} from 'aws-cdk-lib/aws-ec2';
import { App, Aws, CfnCondition, type CfnResource, Fn, Stack } from 'aws-cdk-lib/core';
import { SecureRedis } from '../../lib';
import { networkIn, TOO_MANY } from '../support/quotas';
import { linesOf } from '../support/rules';

/** The lines about a single cache after a change of its app. */
function said(spoil: (cache: SecureRedis, stack: Stack) => void, context: object = {}) {
  const app = new App({ context: { ...context } });
  const stack = new Stack(app, 'S');
  spoil(new SecureRedis(stack, 'Cache', { allowedNetworks: ['2001:db8::/32'] }), stack);
  return linesOf({ app });
}

describe('Rules are counted in the templates, as AWS counts them', () => {
  const blocks = (count: number) =>
    Array.from({ length: count }, (_, index) => ({
      CidrIp: `10.1.${index}.0/24`,
      IpProtocol: 'tcp',
      FromPort: 6380,
      ToPort: 6380,
    }));
  const inline = (rules: unknown) => (cache: SecureRedis) =>
    (cache.node.findChild('SecurityGroup').node.defaultChild as CfnResource).addPropertyOverride(
      'SecurityGroupIngress',
      rules,
    );
  const list = (cache: SecureRedis, stack: Stack, maxEntries: number, addressFamily = 'IPv4') => {
    const made = new CfnPrefixList(stack, `List${addressFamily}`, {
      prefixListName: 'x',
      addressFamily,
      maxEntries,
      entries: [{ cidr: addressFamily === 'IPv4' ? '10.0.0.0/8' : 'fd00::/8' }],
    });
    const peer = Peer.prefixList(made.attrPrefixListId);
    cache.connections.allowFrom(peer, Port.tcp(6380), addressFamily);
  };

  test.each<[string, Parameters<typeof said>[0], readonly string[]]>([
    ['by an override', inline(blocks(70)), [`S/Cache/SecurityGroup: ${TOO_MANY(72)}`]],
    [
      'by raw resources',
      ({ connections }, stack) => {
        const [group] = connections.securityGroups;
        blocks(70).forEach(({ CidrIp: cidrIp }, index) => {
          new CfnSecurityGroupIngress(stack, `R${index}`, {
            groupId: group?.securityGroupId ?? '',
            ipProtocol: 'tcp',
            fromPort: 6380,
            toPort: 6380,
            cidrIp,
          });
        });
      },
      [`S/Cache/SecurityGroup: ${TOO_MANY(72)}`],
    ],
    [
      'by a prefix list, with what it may hold',
      (cache, stack) => list(cache, stack, 100),
      [`S/Cache/SecurityGroup: ${TOO_MANY(102)}`],
    ],
    [
      'by a prefix list of IPv6',
      (cache, stack) => list(cache, stack, 59, 'IPv6'),
      [`S/Cache/SecurityGroup: ${TOO_MANY(61, 'IPv6')}`],
    ],
    [
      'by one branch of a condition',
      inline({ 'Fn::If': ['C', blocks(30), blocks(61)] }),
      [`S/Cache/SecurityGroup: ${TOO_MANY(63)}`],
    ],
  ])('%s', (_, spoil, expected) => {
    const conditional = (cache: SecureRedis, stack: Stack) => {
      new CfnCondition(stack, 'C', { expression: Fn.conditionEquals(Aws.REGION, 'eu-west-1') });
      spoil(cache, stack);
    };
    expect(said(conditional)).toStrictEqual(expected.map((line) => expect.stringContaining(line)));
  });

  test('IPv4 and IPv6 apart, and of a condition one branch', () => {
    const both = ({ connections }: SecureRedis) => {
      for (let index = 0; index < 40; index++) {
        connections.allowFrom(Peer.ipv4(`10.1.${index}.0/24`), Port.tcp(6380), 'x');
        connections.allowFrom(Peer.ipv6(`fd00:${index + 1}::/48`), Port.tcp(6380), 'x');
      }
    };
    expect(said(both)).toStrictEqual([]);
    const conditional = (cache: SecureRedis, stack: Stack) => {
      new CfnCondition(stack, 'C', { expression: Fn.conditionEquals(Aws.REGION, 'eu-west-1') });
      inline({ 'Fn::If': ['C', blocks(40), blocks(50)] })(cache);
    };
    expect(said(conditional)).toStrictEqual([]);
  });

  test('up to the quota that AWS has raised, which the context says', () => {
    const key = 'secure-redis:rules-per-security-group';
    expect(said(inline(blocks(70)), { [key]: 100 })).toStrictEqual([]);
    expect(said(inline(blocks(70)), { [key]: '72' })).toStrictEqual([]);
    for (const wrong of [71, 'many', 10]) {
      expect(said(inline(blocks(70)), { [key]: wrong })).toHaveLength(1);
    }
  });
});

describe('A rule is there once', () => {
  const twice = (path: string, other: string, direction = 'ingress') =>
    `${path}: the rule for ${direction} must be another than that of ${other}, got the same ` +
    'group, protocol, ports and peer. EC2 takes it once, and removing one of the two removes ' +
    'both. Remove one.';
  const rule = (stack: Stack, id: string, props: Partial<CfnSecurityGroupIngressProps>) =>
    new CfnSecurityGroupIngress(stack, id, {
      ipProtocol: 'tcp',
      fromPort: 443,
      toPort: 443,
      sourceSecurityGroupId: 'sg-0aaaaaaa',
      ...props,
    });

  test('in two stacks that import the endpoints', () => {
    const app = new App();
    const [one, two] = [new Stack(app, 'One'), new Stack(app, 'Two')];
    for (const stack of [one, two]) {
      const client = SecurityGroup.fromSecurityGroupId(stack, 'Client', 'sg-0aaaaaaa');
      networkIn(stack).admitToEndpoints(client, 'x');
    }
    expect(linesOf({ app })).toStrictEqual([
      twice(
        'Two/Theirs/from TwoNetworksg0aaaaaaa8650EA2D:443',
        'One/Theirs/from OneNetworksg0aaaaaaa9F257287:443',
      ),
    ]);
  });

  test('beside what the library makes, in another spelling', () => {
    const spoil = (cache: SecureRedis, stack: Stack) => {
      const groupId = cache.network.endpointSecurityGroup.securityGroupId;
      rule(stack, 'A', { groupId });
      rule(stack, 'B', { groupId, ipProtocol: '6' }).addPropertyOverride('FromPort', '443');
    };
    expect(said(spoil)).toStrictEqual([twice('S/B', 'S/A')]);
  });

  test('but not with another port or direction, nor where a condition chooses', () => {
    const spoil = (cache: SecureRedis, stack: Stack) => {
      const groupId = cache.network.endpointSecurityGroup.securityGroupId;
      rule(stack, 'A', { groupId });
      rule(stack, 'B', { groupId, toPort: 444 });
      const condition = new CfnCondition(stack, 'C', {
        expression: Fn.conditionEquals(Aws.REGION, 'eu-west-1'),
      });
      rule(stack, 'D', { groupId }).cfnOptions.condition = condition;
    };
    expect(said(spoil)).toStrictEqual([]);
  });
});
