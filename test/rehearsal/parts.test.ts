/**
 * Parts of the rehearsal without a server: finding a server, reading a cluster's state, and the
 * secrets store.
 */

import type { Machine } from '../../cli/server/packages';
import {
  describeServer,
  isNewEnough,
  parseVersion,
  planServer,
  serverRunOf,
} from '../../cli/server/redis-binary';
import { AwsError, SecretsStore } from '../../rehearsal/aws/secrets-manager-store';
import { faultOf } from '../../rehearsal/redis/redis-cluster';
import type { RedisNode } from '../../rehearsal/redis/redis-node';

describe('A redis-server is found, installed, or asked for', () => {
  const machine = (platform: NodeJS.Platform, isRoot: boolean, ...commands: string[]): Machine => ({
    platform,
    isRoot,
    has: (command) => commands.includes(command),
  });

  test.each([
    ['Debian as root', machine('linux', true, 'apt-get'), 'apt-get install -y valkey-server', true],
    [
      'Debian as a user',
      machine('linux', false, 'apt-get'),
      'apt-get install -y valkey-server',
      false,
    ],
    ['Fedora as root', machine('linux', true, 'dnf'), 'dnf install -y valkey', true],
    ['Alpine as root', machine('linux', true, 'apk'), 'apk add valkey', true],
    ['macOS as a user', machine('darwin', false, 'brew'), 'brew install valkey', true],
    ['macOS as root', machine('darwin', true, 'brew'), 'brew install valkey', false],
  ])('%s', (_, on, command, canRun) => {
    const [first, second] = planServer('valkey', on);
    expect(first?.plan.commands.at(-1)?.join(' ')).toBe(command);
    expect(first?.plan.canRun).toBe(canRun);
    expect(second?.plan.commands.at(-1)?.join(' ')).toBe(command.replace('valkey', 'redis'));
  });

  test('for a template of Redis a redis-server comes first', () => {
    const engines = planServer('redis', machine('linux', true, 'apt-get')).map(
      (each) => each.engine,
    );
    expect(engines).toStrictEqual(['redis', 'valkey']);
  });

  test('a machine without a package manager that we know', () => {
    expect(planServer('valkey', machine('linux', true))).toStrictEqual([]);
    expect(planServer('valkey', machine('darwin', false))).toStrictEqual([]);
  });

  test.each([
    ['Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0', 'redis', '7.0.15', true],
    ['Valkey server v=8.1.3 sha=00000000:0', 'valkey', '8.1.3', true],
    ['Redis server v=6.2.0 sha=00000000:0', 'redis', '6.2.0', true],
    ['Redis server v=6.0.16 sha=00000000:0', 'redis', '6.0.16', false],
    ['something else', undefined, undefined, false],
    ['ls (GNU coreutils) v=9.1.0', undefined, undefined, false],
  ])('%s', (output, engine, version, isEnough) => {
    expect(parseVersion(output)?.engine).toBe(engine);
    expect(parseVersion(output)?.version).toBe(version);
    expect(isNewEnough(version ?? '0.0.0')).toBe(isEnough);
  });
});

describe('The report says what a server leaves unproven', () => {
  test.each([
    ['valkey 8.0', 'valkey', '8.0.1', 'template: Valkey 8.0; ran valkey-server 8.0.1'],
    [
      'valkey 8.0',
      'redis',
      '7.0.15',
      'template: Valkey 8.0; ran redis-server 7.0.15; not proven: replies, errors, ACL ' +
        'categories, INFO and parameters in which Valkey 8.0 differs',
    ],
    [
      'valkey 9.1',
      'valkey',
      '8.0.1',
      'template: Valkey 9.1; ran valkey-server 8.0.1; not proven: what Valkey 9.1 has added or ' +
        'changed since 8.0',
    ],
    [
      'redis 6.2',
      'redis',
      '7.0.15',
      'template: Redis 6.2; ran redis-server 7.0.15; not proven: what Redis 6.2 lacks or does ' +
        'otherwise than 7.0',
    ],
  ] as const)('%s on %s %s', (template, engine, version, line) => {
    const run = serverRunOf({ path: '/x', engine, version }, template);
    expect(describeServer(run)).toBe(line);
  });
});

describe('An incomplete cluster is detected', () => {
  // As Valkey 8 answers over a unix socket: every node has port 0, and an id of its own.
  const node = (id: string) => ['127.0.0.1', 0, id, []];
  const slots = (last: number, ...replicas: string[]) => [
    [0, 8191, node('a'), ...replicas.map(node)],
    [8192, last, node('b'), node('d')],
  ];
  const oneShard = [[0, 16383, node('a'), node('c')]];

  test.each([
    ['nothing', 'ok', slots(16383, 'c'), 'up', undefined],
    ['its state', 'fail', slots(16383, 'c'), 'up', 'cluster_state fail'],
    ['a slot', 'ok', slots(16382, 'c'), 'up', '16383 of 16384 slots assigned'],
    ['a shard', 'ok', oneShard, 'up', '1 shards'],
    ['a replica', 'ok', slots(16383), 'up', 'a shard with 0 replicas'],
    ['a link', 'ok', slots(16383, 'c'), 'down', 'replication is down'],
  ])('%s is missing', async (_, state, layout, link, fault) => {
    const asked = {
      admin: async (...[command, what]: readonly string[]) => {
        if (command === 'INFO') return `role:slave\r\nmaster_link_status:${link}\r\n`;
        return what === 'INFO' ? `cluster_state:${state}\r\n` : layout;
      },
    };
    expect(await faultOf(asked as RedisNode, { shards: 2, replicas: 1 })).toBe(fault);
  });
});

describe('The store keeps secrets as Secrets Manager does', () => {
  const arn = 'arn:secret';
  const store = () => {
    const made = new SecretsStore();
    made.create(arn, 'v1', 'one');
    return made;
  };
  const nameOf = (act: () => unknown) => {
    try {
      act();
    } catch (error) {
      return error instanceof AwsError ? error.name : 'another error';
    }
    return 'no error';
  };

  test('a rotation begins with a pending version that has no value', () => {
    const secrets = store();
    secrets.startRotation(arn, 'v2');
    expect(secrets.labelsByVersion(arn)).toEqual({ v1: ['AWSCURRENT'], v2: ['AWSPENDING'] });
    expect(nameOf(() => secrets.getValue(arn, { versionId: 'v2' }))).toBe(
      'ResourceNotFoundException',
    );
  });

  test('another rotation cannot begin before that one has ended', () => {
    const secrets = store();
    secrets.startRotation(arn, 'v2');
    expect(nameOf(() => secrets.startRotation(arn, 'v3'))).toBe('InvalidRequestException');
  });

  test('the same value again is a no-op, another one an error', () => {
    const secrets = store();
    secrets.putValue(arn, 'v2', 'two', ['AWSPENDING']);
    secrets.putValue(arn, 'v2', 'two', ['AWSPENDING']);
    expect(nameOf(() => secrets.putValue(arn, 'v2', 'other', ['AWSPENDING']))).toBe(
      'ResourceExistsException',
    );
  });

  test('a label moves only from where it is said to be, and takes AWSPREVIOUS along', () => {
    const secrets = store();
    secrets.putValue(arn, 'v2', 'two', ['AWSPENDING']);
    const move = { label: 'AWSCURRENT', fromVersionId: 'v2', toVersionId: 'v2' };
    expect(nameOf(() => secrets.moveLabel(arn, move))).toBe('InvalidParameterException');
    secrets.moveLabel(arn, { ...move, fromVersionId: 'v1' });
    expect(secrets.labelsByVersion(arn)).toEqual({
      v1: ['AWSPREVIOUS'],
      v2: ['AWSCURRENT', 'AWSPENDING'],
    });
  });

  test('a version and a label that do not match are an error', () => {
    const secrets = store();
    expect(nameOf(() => secrets.getValue(arn, { versionId: 'v1', label: 'AWSPENDING' }))).toBe(
      'ResourceNotFoundException',
    );
  });

  test('a value that is put without labels becomes current', () => {
    const secrets = store();
    secrets.putValue(arn, 'v2', 'two');
    expect(secrets.getValue(arn, {})).toEqual({ versionId: 'v2', secretString: 'two' });
  });
});
