/**
 * `npx secure-redis develop --like` takes parameters, users and databases from a stage, and says
 * what this machine's server lacks.
 */

import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rulesFor } from '../../cli/develop/development-config';
import { likeIn } from '../../cli/develop/like';
import { findServers } from '../../cli/server/redis-binary';
import type { StackTemplate } from '../../cli/template/stack-template';
import type { AclEngine } from '../../contract/acl-commands';
import {
  develop,
  endServers,
  newProject,
  onFreePort,
  sendTo,
  variablesIn,
} from '../support/run-develop';

afterAll(endServers);

const ROOT = join(__dirname, '../..');

const user = (UserName: string, AccessString: string, Type = 'password') => ({
  Type: 'AWS::ElastiCache::User',
  Properties: { UserName, AccessString, AuthenticationMode: { Type } },
});

const RESOURCES = {
  Group: {
    Type: 'AWS::ElastiCache::ReplicationGroup',
    Properties: {
      Engine: 'valkey',
      EngineVersion: '9.1',
      Port: 6390,
      NumCacheClusters: 2,
      CacheParameterGroupName: { Ref: 'Parameters' },
      UserGroupIds: [{ Ref: 'Users' }],
    },
  },
  Parameters: {
    Type: 'AWS::ElastiCache::ParameterGroup',
    Properties: {
      Properties: {
        'maxmemory-policy': 'volatile-lru',
        'reserved-memory-percent': '25',
        'close-on-replica-write': 'yes',
        'notify-keyspace-events': 'Ex',
        databases: '4',
        'rename-commands': 'GETSET blocked APPEND blocked',
      },
    },
  },
  Users: {
    Type: 'AWS::ElastiCache::UserGroup',
    Properties: {
      UserIds: [{ Ref: 'Default' }, { Ref: 'App' }, { Ref: 'NightlyReports' }, { Ref: 'Root' }],
    },
  },
  Default: user('default', 'off ~keys* -@all +get'),
  App: user('app', 'on ~app:* resetchannels db=0,1 -@all +@read +@write +@connection +msetex'),
  NightlyReports: user('nightly-reports', 'on %R~* resetchannels -@all +@read +select', 'iam'),
  Root: user('root', 'on ~* +@all (~x* +@all)'),
  Stranger: user('stranger', 'on ~* +@all'),
};

const TEMPLATE: StackTemplate = { stack: 'secure-redis-dev-main', resources: RESOURCES };

describe('A cache of a stage', () => {
  test('is read from its template', () => {
    const like = likeIn([TEMPLATE], 'dev', 'main');
    expect(like).toEqual({
      name: 'dev/main',
      engine: 'valkey 9.1',
      port: 6390,
      isSharded: false,
      parameters: {
        'maxmemory-policy': 'volatile-lru',
        'reserved-memory-percent': '25',
        'close-on-replica-write': 'yes',
        'notify-keyspace-events': 'Ex',
        databases: '4',
      },
      blockedCommands: ['GETSET', 'APPEND'],
      users: [
        {
          name: 'app',
          accessString: 'on ~app:* resetchannels db=0,1 -@all +@read +@write +@connection +msetex',
          isIam: false,
        },
        {
          name: 'nightly-reports',
          accessString: 'on %R~* resetchannels -@all +@read +select',
          isIam: true,
        },
        { name: 'root', accessString: 'on ~* +@all (~x* +@all)', isIam: false },
      ],
    });
    expect(likeIn([TEMPLATE], 'dev', undefined)).toEqual(like);
  });

  test('must be one of several', () => {
    const other = { ...TEMPLATE, stack: 'secure-redis-dev-jobs' };
    expect(likeIn([TEMPLATE, other], 'dev', 'jobs').name).toBe('dev/jobs');
    for (const wanted of [undefined, 'nope']) {
      expect(() => likeIn([TEMPLATE, other], 'dev', wanted)).toThrow(
        '--like must be one cache of: dev/main, dev/jobs, got ',
      );
    }
  });
});

describe('Rules of an access string that a server lacks', () => {
  test.each<[AclEngine, string, readonly string[], readonly string[]]>([
    [
      { name: 'redis', version: '7.0.15' },
      'on ~a* +get +msetex (~b* +get +msetex) (+msetex ~c* +get)',
      ['on', '~a*', '+get', '(~b*', '+get', ')', '(', '~c*', '+get)'],
      ['+msetex', '+msetex)', '(+msetex'],
    ],
    [
      { name: 'redis', version: '6.2.14' },
      'on ~a* %R~r* +get (~b* +@all) +set',
      ['on', '~a*', '+get', '+set'],
      ['%R~r*', '(~b*', '+@all)'],
    ],
    [
      { name: 'valkey', version: '9.1.0' },
      'on db=0 ~a(1) +msetex',
      ['on', 'db=0', '~a(1)', '+msetex'],
      [],
    ],
  ])('%j', (engine, accessString, known, unknown) => {
    expect(rulesFor(engine, accessString)).toEqual({ known, unknown });
  });
});

/** A CDK app that writes one template. */
function app(folder: string): void {
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'cdk.json'), '{"app": "node app.cjs"}');
  const artifacts = {
    'secure-redis-dev-main': {
      type: 'aws:cloudformation:stack',
      environment: 'aws://unknown-account/unknown-region',
      properties: { templateFile: 'secure-redis-dev-main.template.json' },
    },
  };
  const files = {
    'manifest.json': { version: '36.0.0', artifacts },
    'secure-redis-dev-main.template.json': { Resources: RESOURCES },
  };
  writeFileSync(
    join(folder, 'app.cjs'),
    `const { writeFileSync } = require('node:fs');
for (const [name, content] of Object.entries(${JSON.stringify(files)}))
  writeFileSync(process.env.CDK_OUTDIR + '/' + name, JSON.stringify(content));`,
  );
}

describe.each(findServers())('A server like a cache: $path', ({ path, engine, version }) => {
  test('has its users, parameters and databases, and says what it lacks', async () => {
    const folder = newProject();
    app(folder);
    const args = ['--like', 'dev/main', '--server', path, ...(await onFreePort())];
    const { code, out, err } = await develop(folder, ...args);
    expect([code, err]).toEqual([0, '']);
    const name = engine === 'valkey' ? 'Valkey' : 'Redis';
    const lines = out.split('\n').map((line) => line.trim());
    expect(lines).toEqual(
      expect.arrayContaining([
        `note       dev/main has valkey 9.1; here is ${name} ${version}`,
        'note       parameters that this server lacks: reserved-memory-percent, ' +
          'close-on-replica-write',
        'note       access rules that this server lacks of user app: db=0,1 +msetex',
        'note       nightly-reports log in by IAM on AWS, and by password here',
        'memory     256 MiB, then volatile-lru as dev/main',
      ]),
    );
    const { REDIS_URL, REDIS_URL_APP, REDIS_URL_NIGHTLY_REPORTS, REDIS_URL_ROOT, ...more } =
      variablesIn(folder);
    expect(REDIS_URL).toBe(undefined);
    expect(Object.keys(more)).toEqual(
      ['APP', 'NIGHTLY_REPORTS', 'ROOT'].map((each) => `REDIS_PASSWORD_${each}`),
    );
    expect(REDIS_URL_APP).toBe(`redis://app:${more.REDIS_PASSWORD_APP}@localhost:${args.at(-1)}/0`);
    expect(REDIS_URL_NIGHTLY_REPORTS).toContain('redis://nightly-reports:');
    expect(await sendTo(REDIS_URL_APP, 'SET', 'app:1', 'x')).toBe('OK');
    expect(await sendTo(REDIS_URL_APP, 'SET', 'other', 'x')).toBe('NOPERM');
    expect(await sendTo(REDIS_URL_APP, 'GETSET', 'app:1', 'y')).toBe('NOPERM');
    expect(await sendTo(REDIS_URL_APP, 'APPEND', 'app:1', 'y')).toBe('NOPERM');
    expect(await sendTo(REDIS_URL_NIGHTLY_REPORTS, 'GET', 'app:1')).toBe('x');
    expect(await sendTo(REDIS_URL_NIGHTLY_REPORTS, 'SET', 'app:1', 'y')).toBe('NOPERM');
    expect(await sendTo(REDIS_URL_APP, 'SELECT', '3')).toBe('OK');
    expect(await sendTo(REDIS_URL_APP, 'SELECT', '4')).toBe('ERR');
    // An administrator has no more than on ElastiCache.
    for (const command of ['CONFIG GET *', 'SHUTDOWN NOSAVE', 'ACL SETUSER x', 'SAVE']) {
      expect(await sendTo(REDIS_URL_ROOT, ...command.split(' '))).toBe('NOPERM');
    }
    expect(await sendTo(REDIS_URL_ROOT, 'CLIENT', 'LIST')).toContain('user=root');
    const status = await develop(folder, '--status');
    expect(status.code).toBe(0);

    // The next run remembers it, and another purpose contradicts it.
    expect((await develop(folder)).out).toMatch(/^already running: /);
    const { err: refused } = await develop(folder, '--purpose', 'queue');
    expect(refused).toMatch(/^--purpose must be left out, since the server is like dev\/main, whi/);
  }, 60_000);
});
