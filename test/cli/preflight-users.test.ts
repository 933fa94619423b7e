/** Preflight on caches with users: access, ids, quotas, engines and the rotation of each user. */

import type { SecretAnswer } from '../../cli/preflight/account';
import type { StackTemplate, TemplateResource } from '../../cli/template/stack-template';
import type { Account } from '../../rehearsal/aws/account';
import { localForAll } from '../support/local-for-all';
import { deny, preflightOn, type Row } from '../support/preflight-run';
import { group, parameter, template } from '../support/preflight-template';

const { lines, rows } = preflightOn(localForAll());

const user = (UserId: string, Type: string): TemplateResource => ({
  Type: 'AWS::ElastiCache::User',
  Properties: { UserId, AuthenticationMode: { Type } },
});
const schedule = (Ref: string): TemplateResource => ({
  Type: 'AWS::SecretsManager::RotationSchedule',
  Properties: { SecretId: { Ref }, RotationRules: { ScheduleExpression: 'rate(90 days)' } },
});

/** A cache with the users app and web, and one that logs in by IAM. */
function withUsers(changes: Readonly<Record<string, TemplateResource>> = {}): StackTemplate {
  return template({
    ...group({ UserGroupIds: [{ Ref: 'Users' }], Engine: 'redis', EngineVersion: '7.1' }),
    Users: { Type: 'AWS::ElastiCache::UserGroup', Properties: { UserGroupId: 'users-1a' } },
    App: user('app-1a', 'password'),
    Web: user('web-1a', 'password'),
    Job: user('job-iam-1a', 'iam'),
    P2: parameter('Users/app/SecretArn', { Ref: 'SecretApp' }),
    P3: parameter('Users/web/SecretArn', { Ref: 'SecretWeb' }),
    Schedule: schedule('SecretApp'),
    Schedule2: schedule('SecretWeb'),
    ...changes,
  });
}

const answer = <T>(value: T) => ({ kind: 'answer' as const, value });
const ids = (...found: readonly string[]) => ({ users: async () => answer(found) });

describe('The access of a deployed cache', () => {
  rows('access', [
    ['the first deploy', 'fine  access of test/Cache: not deployed yet', { stacks: [withUsers()] }],
    [
      'one password, as before',
      'fine  access of test/Cache: one password, as deployed',
      { deployed: [template()] },
    ],
    [
      'users, as before',
      'fine  access of test/Cache: users, as deployed',
      { stacks: [withUsers()], deployed: [withUsers()] },
    ],
    [
      'from one password to users',
      'will fail  access of test/Cache: it must stay one password, as deployed, got users: ' +
        'CloudFormation replaces the cache by an empty one, or every client is refused. Change ' +
        'it back, and move the clients to a second cache (docs/move-to-users.md).',
      { stacks: [withUsers()], deployed: [template()] },
    ],
    [
      'from users to one password',
      'will fail  access of test/Cache: it must stay users, as deployed, got one password: ',
      { deployed: [withUsers()] },
    ],
    [
      'denied',
      'cannot tell  access of test/Cache: needs the permission cloudformation:GetTemplate',
      { account: deny('cloudformation:GetTemplate') },
    ],
  ]);
});

/** Quotas of the account by code. */
const quotas = (ownQuotas: Record<string, number>) => (account: Account) => {
  account.ownQuotas = ownQuotas;
};

describe('Quotas and ids of users', () => {
  rows('user', [
    [
      'room',
      [
        'fine  users: 0 users in the region and 3 more, of 2000',
        'fine  user groups: 0 user groups in the region and 1 more, of 200',
      ],
      { stacks: [withUsers()] },
    ],
    [
      'none left',
      [
        'will fail  users: they must be at most 3 users in the region, got 2 and 3 more. Request ' +
          'a higher quota: `aws service-quotas request-service-quota-increase --region ' +
          'us-east-1 --service-code elasticache --quota-code L-80E085C7 --desired-value 5`.',
        'will fail  user groups: they must be at most 0 user groups in the region, got 0 and 1 ',
      ],
      {
        stacks: [withUsers()],
        account: quotas({ 'L-80E085C7': 3, 'L-AD484FC5': 0 }),
        instead: ids('default', 'other'),
      },
    ],
    [
      'deployed already',
      ['fine  users: the deploy adds no users', 'fine  user groups: the deploy adds no user gr'],
      { stacks: [withUsers()], deployed: [withUsers()], account: quotas({ 'L-80E085C7': 3 }) },
    ],
    [
      'denied',
      [
        'cannot tell  users: needs the permission elasticache:DescribeUsers',
        'cannot tell  user groups: needs the permission elasticache:DescribeUserGroups',
      ],
      {
        stacks: [withUsers()],
        account: deny('elasticache:DescribeUsers', 'elasticache:DescribeUserGroups'),
      },
    ],
    ['a stage without users has no line', [], {}],
  ]);
  rows('ids of', [
    [
      'free',
      ['fine  ids of users: the deploy takes no id that exists', 'fine  ids of user groups: '],
      { stacks: [withUsers()], instead: ids('default', 'app-2b') },
    ],
    [
      'taken',
      [
        'will fail  ids of users: they must be free, got app-1a and job-iam-1a, which exist ' +
          'outside of the stack. If nothing uses them, run `aws elasticache delete-user ' +
          '--user-id app-1a`, one after the other.',
        'fine  ids of user groups: ',
      ],
      { stacks: [withUsers()], instead: ids('app-1a', 'job-iam-1a') },
    ],
    [
      'of a user group',
      ['fine  ids of users', 'will fail  ids of user groups: they must be free, got users-1a, '],
      { stacks: [withUsers()], instead: { userGroups: async () => answer(['users-1a']) } },
    ],
    [
      'by the deployed stack',
      ['fine  ids of users: the deploy takes no id', 'fine  ids of user groups'],
      { stacks: [withUsers()], deployed: [withUsers()], instead: ids('app-1a', 'web-1a') },
    ],
    [
      'by the deployed stack or not, that is not known',
      [
        'cannot tell  ids of users: app-1a exist, deployed or not: needs the permission',
        'fine  ids of user groups',
      ],
      {
        stacks: [withUsers()],
        account: deny('cloudformation:GetTemplate'),
        instead: ids('app-1a'),
      },
    ],
  ]);
});

const ofEngine = (Engine: string | undefined, EngineVersion?: unknown) =>
  withUsers(group({ UserGroupIds: [{ Ref: 'Users' }], Engine, EngineVersion }));
const OLD = ofEngine('redis', '6.2');

describe('The engine of a cache whose users log in by IAM', () => {
  rows('IAM logins', [
    ['of the first deploy, which synth checks', [], { stacks: [withUsers()] }],
    [
      'offers them',
      'fine  IAM logins of test/Cache: the engine offers them',
      { stacks: [withUsers()], deployed: [withUsers()] },
    ],
    [
      'is upgraded by the same deploy',
      'will fail  IAM logins of test/Cache: the engine must be Redis OSS 7.0 or Valkey 7.2 or ' +
        'newer before a user logs in by IAM, got redis 6.2, as deployed. Deploy the newer engine ' +
        'first, and the users after it.',
      { stacks: [withUsers()], deployed: [OLD] },
    ],
    ...[
      ofEngine('redis', '10.0'),
      ofEngine('valkey', '7.10'),
      ofEngine('Valkey', '7.2'),
      ofEngine('valkey'),
      ofEngine('valkey', { Ref: 'Version' }),
    ].map((deployed): Row => {
      const { Engine, EngineVersion } = deployed.resources.Group?.Properties ?? {};
      return [
        `offers them, as ${Engine} ${JSON.stringify(EngineVersion)}`,
        'fine  IAM logins of test/Cache: the engine offers them',
        { stacks: [withUsers()], deployed: [deployed] },
      ];
    }),
    [
      'is older than the oldest Valkey with users',
      'will fail  IAM logins of test/Cache: the engine must be Redis OSS 7.0 or Valkey 7.2 or ' +
        'newer before a user logs in by IAM, got valkey 7.0, as deployed.',
      { stacks: [withUsers()], deployed: [ofEngine('valkey', '7.0')] },
    ],
    [
      'is old, and no user logs in by IAM',
      [],
      { stacks: [withUsers({ Job: user('job', 'password') })], deployed: [OLD] },
    ],
  ]);
});

const SECRET: SecretAnswer = {
  isRevoked: false,
  isRotationOn: true,
  isDeleted: false,
  schedule: 'rate(90 days)',
};

/** What Secrets Manager says of each secret, by its ARN. */
const secrets = (byArn: Readonly<Record<string, Partial<SecretAnswer>>>) => ({
  published: async (path: string) => answer({ SecretArn: path.split('/').at(-1) ?? '' }),
  secret: async (arn: string) => answer({ ...SECRET, ...byArn[arn] }),
});

describe('The rotation of each user', () => {
  rows('pending rotation', [
    [
      'none, in one line',
      'fine  pending rotation of 2 users of test/Cache: no pending version',
      { stacks: [withUsers()], instead: secrets({}) },
    ],
    [
      'of one user',
      [
        'will fail  pending rotation of user app of test/Cache: no rotation must be under way ' +
          'during a deploy, got version 01234567. Wait, or find out why it is stuck: `npx ' +
          'secure-redis recover --cache test/Cache --user app`.',
        'fine  pending rotation of user web of test/Cache: no pending version',
      ],
      {
        stacks: [withUsers()],
        instead: secrets({ app: { pending: '01234567-89ab-cdef-0123-456789abcdef' } }),
      },
    ],
    [
      'before the first deploy',
      'fine  pending rotation of 2 users of test/Cache: not deployed yet',
      { stacks: [withUsers()] },
    ],
    [
      'of a user whose secret is not published',
      [
        'cannot tell  pending rotation of user app of test/Cache: its stack does not publish Sec',
        'fine  pending rotation of user web of test/Cache: not deployed yet',
      ],
      { stacks: [withUsers({ P2: parameter('Users/app/SecretArn', 'arn') })] },
    ],
  ]);
  rows('rotation of', [
    [
      'that a changed schedule starts',
      [
        'will fail  rotation of user app of test/Cache: no grace period must end early, got that',
        'fine  rotation of user web of test/Cache: the schedule does not change, so the deploy ',
      ],
      {
        stacks: [withUsers()],
        instead: secrets({
          app: { schedule: 'rate(30 days)', previous: 'before', changedMs: Date.now() },
        }),
      },
    ],
  ]);

  test('its repair names the user', async () => {
    const instead = secrets({
      web: { schedule: 'rate(30 days)', previous: 'before', changedMs: Date.now() },
    });
    const found = await lines('rotation of user web', { stacks: [withUsers()], instead });
    expect(found.join()).toContain('`npx secure-redis revoke --cache test/Cache --user web` first');
  });
});
