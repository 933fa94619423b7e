/**
 * Quotas are counted per AWS resource over the whole app: a fixed quota is enforced, an adjustable
 * quota causes a note.
 */

import { Peer, Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { AccountPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { App, Stack } from 'aws-cdk-lib/core';
import { EncryptionKey, Fleet, RedisNetwork, SecureRedis, Topology } from '../../lib';
import { checkedConfig } from '../../lib/fleet/stage-config';
import { policyLength } from '../../lib/quotas/policy-length';
import { networkIn, THEIRS, TOO_MANY } from '../support/quotas';
import { templateOf } from '../support/synth';

function admit({ connections }: SecureRedis, count: number): void {
  for (let index = 0; index < count; index++) {
    connections.allowFrom(Peer.ipv4(`10.0.${index}.0/24`), Port.tcp(6380), `Client ${index}`);
  }
}

describe('Rules are counted per security group', () => {
  const fleet = (app: App, count: number, shared: object) => {
    const caches = Array.from({ length: count }, (_, index) => [`c${index}`, {}]);
    const file = { shared: { encryptionKey: {}, ...shared }, caches: Object.fromEntries(caches) };
    return new Fleet(app, 'Fleet', checkedConfig('x', 'test', file));
  };

  test('of endpoints that are made: 30 caches, and not 31', () => {
    const [full, more] = [new App(), new App()];
    fleet(full, 30, { network: {} });
    expect(() => full.synth()).not.toThrow();
    fleet(more, 31, { network: {} });
    expect(() => more.synth()).toThrow(TOO_MANY(62));
  });

  test('of an imported group, however many stacks import it', () => {
    const id = (index: number) => `sg-${String(index).padStart(8, '0')}`;
    const clients = Array.from({ length: 58 }, (_, index) => id(index));
    const network = {
      vpcId: 'vpc-01234567',
      availabilityZones: ['eu-west-1a', 'eu-west-1b'],
      isolatedSubnetIds: ['subnet-01234567', 'subnet-89abcdef'],
      endpointSecurityGroupId: THEIRS,
    };
    const file = { shared: { network }, caches: { a: { clients }, b: {} } };
    const app = new App();
    new Fleet(app, 'Fleet', checkedConfig('x', 'test', file));
    expect(() => app.synth()).toThrow(TOO_MANY(62));
  });

  test('but not where two stacks import two groups, or stand in two regions', () => {
    const app = new App();
    const places = [
      [THEIRS, 'eu-west-1'],
      [THEIRS, 'us-east-1'],
      ['sg-11111111', 'eu-west-1'],
    ] as const;
    for (const [groupId, region] of places) {
      const env = { account: '111122223333', region };
      const stack = new Stack(app, `${groupId}-${region}`, { env });
      const network = networkIn(stack, groupId);
      for (let index = 0; index < 29; index++) {
        network.admitToEndpoints(
          new SecurityGroup(stack, `Client${index}`, { vpc: network.vpc, allowAllOutbound: false }),
          'x',
        );
      }
    }
    expect(() => app.synth()).not.toThrow();
  });

  test('of the cache itself, in its own stack and from others', () => {
    const app = new App();
    const stack = new Stack(app, 'S');
    const cache = new SecureRedis(stack, 'Cache');
    // The rotation and the clients have two of them.
    admit(cache, 57);
    const shop = new Stack(app, 'Shop');
    const client = (id: string) =>
      new SecurityGroup(shop, id, { vpc: cache.vpc, allowAllOutbound: false });
    client('One').connections.allowToDefaultPort(cache);
    expect(() => app.synth()).not.toThrow();
    const more = new App();
    admit(new SecureRedis(new Stack(more, 'S'), 'Cache'), 59);
    expect(() => more.synth()).toThrow(`S/Cache/SecurityGroup: ${TOO_MANY(61)}`);
  });
});

describe('Policies are measured', () => {
  const statement = (index: number) =>
    new PolicyStatement({
      sid: `Statement${index}`,
      actions: ['kms:Decrypt'],
      principals: [new AccountPrincipal('111122223333')],
      resources: ['*'],
      conditions: { StringEquals: { 'kms:CallerAccount': 'x'.repeat(200) } },
    });

  test.each<[string, (stack: Stack) => Key]>([
    ['of a key of this library', (stack) => new EncryptionKey(stack, 'Key')],
    ['of a key of the app', (stack) => new Key(stack, 'Key')],
  ])('%s: 32 kB', (_, make) => {
    const app = new App();
    const stack = new Stack(app, 'S');
    const encryptionKey = make(stack);
    new SecureRedis(stack, 'Cache', { encryptionKey });
    for (let index = 0; index < 60; index++) encryptionKey.addToResourcePolicy(statement(index));
    expect(() => app.synth()).not.toThrow();
    const more = new App();
    const other = new Stack(more, 'S');
    const key = make(other);
    new SecureRedis(other, 'Cache', { encryptionKey: key });
    for (let index = 0; index < 90; index++) key.addToResourcePolicy(statement(index));
    expect(() => more.synth()).toThrow(
      "S/Key/Resource: this policy must have at most 32768 bytes, which is AWS's quota, got ",
    );
  });

  test('as CloudFormation renders them, at the least', () => {
    expect(policyLength({ a: [1, 'b'], c: true })).toBe('{"a":[1,"b"],"c":true}'.length);
    expect(policyLength({ Ref: 'AWS::AccountId' })).toBe('"111122223333"'.length);
    const arn = ['arn:', { Ref: 'AWS::Partition' }, ':iam::', { Ref: 'AWS::AccountId' }, ':root'];
    expect(policyLength({ 'Fn::Join': ['', arn] })).toBe('"arn:aws:iam::111122223333:root"'.length);
    expect(policyLength({ 'Fn::Join': [',', ['a', 'b', 'c']] })).toBe('"a,b,c"'.length);
    expect(policyLength({ 'Fn::GetAtt': ['Role', 'Arn'] })).toBe('"x"'.length);
    expect(policyLength([])).toBe(2);
  });
});

describe('What AWS raises on request is noted', () => {
  function messagesOf(make: (stack: Stack) => void): readonly string[] {
    const app = new App();
    const stack = new Stack(app, 'S');
    make(stack);
    const { messages } = app.synth().getStackByName('S');
    return messages.map(({ level, entry }) => `${level}: ${String(entry.data)}`);
  }
  const networks = (count: number) => (stack: Stack) => {
    for (let index = 0; index < count; index++) new RedisNetwork(stack, `N${index}`);
  };

  test('VPCs: nothing for one, a note for several, a warning for a sixth', () => {
    expect(messagesOf(networks(1))).toStrictEqual([]);
    const [note, ...others] = messagesOf(networks(5));
    expect(others).toStrictEqual([]);
    expect(note).toMatch(/^info: This app makes several VPCs; AWS's default quota is 5 per region/);
    expect(messagesOf(networks(6))).toContainEqual(
      expect.stringMatching(/^warning: This app makes more than 5 VPCs, AWS's default quota/),
    );
  });

  test('nodes: more than 300', () => {
    const caches = (count: number) => (stack: Stack) => {
      const network = networkIn(stack);
      const topology = Topology.sharded({ shards: 15, replicasPerShard: 5 });
      const encryptionKey = new EncryptionKey(stack, 'Key');
      for (let index = 0; index < count; index++) {
        const home = new Stack(stack, `C${index}`);
        new SecureRedis(home, 'Cache', { network, topology, encryptionKey });
      }
      const last = stack.node.findChild(`C${count - 1}`) as Stack;
      messages = last.node.findAll().flatMap(({ node }) => node.metadata.map(({ data }) => data));
    };
    let messages: readonly unknown[] = [];
    const about = () => messages.filter((each) => String(each).includes('300 nodes'));
    messagesOf(caches(3));
    expect(about()).toStrictEqual([]);
    messagesOf(caches(4));
    expect(about()).toHaveLength(1);
  });

  test('resources of a stack: seven caches that share, as docs/networks.md says', () => {
    const stack = new Stack(new App(), 'S');
    const first = new SecureRedis(stack, 'Cache');
    const count = () => Object.keys(templateOf(stack).Resources).length;
    expect(count()).toBeLessThan(500 / 5);
    const home = new Stack(new App(), 'Seven');
    const shared = new SecureRedis(home, 'Cache0');
    const { network, encryptionKey, alarmTopic } = shared;
    for (let index = 1; index < 7; index++) {
      new SecureRedis(home, `Cache${index}`, { network, encryptionKey, alarmTopic });
    }
    expect(Object.keys(templateOf(home).Resources).length).toBeLessThanOrEqual(500);
    expect(first.isSharded).toBe(false);
  });
});
