/**
 * Wrong attributes of an imported cache are refused with advice, and an importing app admits no
 * network that the app of the cache could not.
 */

import { Peer, Port, Vpc } from 'aws-cdk-lib/aws-ec2';
import { App, Duration, Stack } from 'aws-cdk-lib/core';
import { SecureRedis, SettingError } from '../../../lib';
import { appStack, byAttributes, HOST, SECRET } from '../../support/imported';
import { messageOf } from '../../support/message-of';
import { templateOf } from '../../support/synth';
import { all } from '../claims';

describe('An imported cache is not opened further than a made one', () => {
  const open = (peer: ReturnType<typeof Peer.ipv4>, port = Port.tcp(6380)) => {
    const stack = appStack();
    byAttributes(stack).connections.allowFrom(peer, port);
    return all(templateOf(stack), 'AWS::EC2::SecurityGroupIngress');
  };

  test.each([
    ['everybody', Peer.anyIpv4(), '0.0.0.0/0'],
    ['everybody by IPv6', Peer.anyIpv6(), '::/0'],
    ['a public network', Peer.ipv4('8.8.0.0/16'), '8.8.0.0/16'],
    ['a prefix list', Peer.prefixList('pl-12345678'), 'pl-12345678'],
  ])('to %s', (_, peer, shown) => {
    expect(() => open(peer)).toThrow(
      new SettingError(
        'App/Cache: a network that is admitted to an imported cache must be private, got ' +
          `${shown}. ` +
          'Admit a security group, or admit the network in the app that makes the cache, with ' +
          'its prop `allowedNetworks`.',
      ),
    );
  });

  test.each([
    ['every port', Port.allTraffic(), 'ALL TRAFFIC'],
    ['another port', Port.tcp(22), '22'],
    ['a range of ports', Port.tcpRange(6380, 6390), '6380-6390'],
    ['UDP', Port.udp(6380), 'UDP 6380'],
  ])('on %s', (_, port, shown) => {
    expect(() => open(Peer.ipv4('10.0.0.0/8'), port)).toThrow(
      'App/Cache: a rule of the security group of an imported cache must be for TCP port 6380, ' +
        `got ${shown}. Use \`connections.allowDefaultPortFrom(client)\`.`,
    );
  });

  test('but to private networks, and to a VPC of the app', () => {
    expect(open(Peer.ipv4('10.0.0.0/8'))[0]?.Properties).toMatchObject({
      CidrIp: '10.0.0.0/8',
      FromPort: 6380,
    });
    const stack = appStack();
    const vpc = new Vpc(stack, 'Vpc');
    byAttributes(stack).connections.allowDefaultPortFrom(Peer.ipv4(vpc.vpcCidrBlock));
    expect(all(templateOf(stack), 'AWS::EC2::SecurityGroupIngress')).toHaveLength(1);
  });
});

describe('Wrong attributes are refused', () => {
  const example = 'Use one like "sg-0123456789abcdef0".';

  test.each<[unknown, string]>([
    [
      { credentialsSecretArn: SECRET.slice(0, -7) },
      '`credentialsSecretArn` must be the complete ARN of a secret, got ' +
        '"arn:aws:secretsmanager:eu-west-1:111122223333:secret:Cache". Use the ARN with the six ' +
        'characters that AWS appends to the name of the secret.',
    ],
    [
      { credentialsSecretArn: 'shop/redis' },
      '`credentialsSecretArn` must be the complete ARN of a secret, got "shop/redis". Use one ' +
        'like "arn:aws:secretsmanager:eu-west-1:111122223333:secret:CacheCredentials-a1b2c3".',
    ],
    [
      { encryptionKeyArn: 'arn:aws:kms:eu-west-1:111122223333:alias/redis' },
      '`encryptionKeyArn` must be the ARN of a key of KMS, got ' +
        '"arn:aws:kms:eu-west-1:111122223333:alias/redis". Use the ARN of the key itself, which ' +
        '`aws kms describe-key` tells: an alias grants nothing.',
    ],
    [
      { endpointAddress: `rediss://default:x@${HOST}:6380/0` },
      '`endpointAddress` must be a host name, got ' +
        `"rediss://default:x@${HOST}:6380/0". Use "${HOST}"; the port is \`port\`.`,
    ],
    [
      { securityGroupId: ['sg-1'] },
      `\`securityGroupId\` must be the id of a security group, got ["sg-1"]. ${example}`,
    ],
    [
      { securityGroupId: undefined },
      `\`securityGroupId\` must be the id of a security group, got nothing. ${example}`,
    ],
    [
      { clientSecurityGroupId: null },
      '`clientSecurityGroupId` must be the id of a security group, got null. Change it, or leave ' +
        'it out for the default.',
    ],
    [{ port: '6380' }, '`port` must be a number, got "6380". Use 6380.'],
    [{ gracePeriod: 7 }, '`gracePeriod` must be a Duration, got 7. Use Duration.days(7).'],
    [
      { isSharded: true },
      '`isSharded` must be the name of a prop, got an unknown one. Use `topology`.',
    ],
    [
      { topology: 'sharded' },
      '`topology` must be a Topology, got "sharded". Use Topology.replicated({ … }) or ' +
        'Topology.sharded({ … }).',
    ],
    [
      { parameterPath: 'shop/Cache/' },
      '`parameterPath` must be the path of the parameters that a cache publishes, got ' +
        '"shop/Cache/". Use "/shop/Cache".',
    ],
  ])('%j', (more, message) => {
    expect(messageOf(() => byAttributes(appStack(), more as never))).toBe(`App/Cache: ${message}`);
  });

  test('out of bounds', () => {
    const message = messageOf(() =>
      byAttributes(appStack(), { port: 80, gracePeriod: Duration.hours(5), databases: 0.5 }),
    );
    expect(message.match(/`(port|gracePeriod|databases)`/g)).toHaveLength(3);
    expect(message.match(/^App\/Cache: /gm)).toHaveLength(3);
  });

  test.each<[unknown, string]>([
    [undefined, 'got nothing. Use one like "/shop-prod/Cache".'],
    ['shop-prod/Cache', 'got "shop-prod/Cache". Use "/shop-prod/Cache".'],
    ['/shop-prod', 'got "/shop-prod". Use one like "/shop-prod/Cache".'],
  ])('the path %j', (path, rest) => {
    expect(messageOf(() => SecureRedis.fromParameters(appStack(), 'Cache', path as never))).toBe(
      `App/Cache: \`path\` must be the path of the parameters that a cache publishes, ${rest}`,
    );
  });

  test('a path that only the deploy knows', () => {
    const stack = new Stack(new App(), 'App');
    expect(
      messageOf(() => SecureRedis.fromParameters(stack, 'Cache', `/${stack.account}/Cache`)),
    ).toContain('got a value that only the deploy knows.');
  });

  test('no attributes', () => {
    for (const given of [undefined, null, 'arn', 5]) {
      const make = () => SecureRedis.fromSecureRedisAttributes(appStack(), 'Cache', given as never);
      expect(messageOf(make)).toMatch(/^App\/Cache: .* must be .*, got .*/);
    }
  });
});
