/** Preflight says which keys and topics can be used, and what a deploy does to passwords. */

import { LABEL } from '../../contract/rotation';
import { ACCOUNT_KEY_ARN } from '../../rehearsal/aws/account';
import { localForAll } from '../support/local-for-all';
import { deny, having, preflightOn } from '../support/preflight-run';
import { template, withKey, withTopic } from '../support/preflight-template';

const local = localForAll();
const { lines, rows } = preflightOn(local);

const KEY = 'arn:aws:kms:us-east-1:000000000000:key/given';
const TOPIC = 'arn:aws:sns:us-east-1:111122223333:alarms';
/** A stack that is not deployed: nothing is published. */
const fresh = [{ ...template({}), stack: 'fresh' }].map((each) =>
  JSON.parse(JSON.stringify(each).replaceAll('/test/Cache/', '/fresh/Cache/')),
);
const keyIs = (state: string, spec = 'SYMMETRIC_DEFAULT') =>
  having({ keys: { [KEY]: { state, spec }, [ACCOUNT_KEY_ARN]: { state: 'Enabled', spec } } });

describe('The key', () => {
  rows(`key ${KEY}`, [
    ['enabled', `fine  key ${KEY}: enabled`, { stacks: withKey(KEY), account: keyIs('Enabled') }],
    [
      'disabled',
      `will fail  key ${KEY}: it must be enabled, got Disabled. Run \`aws kms enable`,
      { stacks: withKey(KEY), account: keyIs('Disabled') },
    ],
    [
      'scheduled for deletion',
      'got a key that is scheduled for deletion. Run `aws kms cancel-key-deletion',
      { stacks: withKey(KEY), account: keyIs('PendingDeletion') },
    ],
    [
      'of another kind',
      `will fail  key ${KEY}: it must be symmetric, got another kind. Name a key`,
      { stacks: withKey(KEY), account: keyIs('Enabled', 'RSA_2048') },
    ],
    [
      'missing',
      `will fail  key ${KEY}: it must exist, got no such key. ` +
        'Correct `shared.encryptionKey.arn`.',
      { stacks: withKey(KEY) },
    ],
    [
      'denied',
      `cannot tell  key ${KEY}: needs the permission kms:DescribeKey`,
      { stacks: withKey(KEY), account: deny('kms:DescribeKey') },
    ],
  ]);
  rows('key', [
    ['one that the deploy makes', 'fine  key: the deploy creates it', { stacks: fresh }],
    ['one that a deploy has made', `fine  key ${ACCOUNT_KEY_ARN}: enabled`, {}],
    [
      'of another region',
      [
        'will fail  key arn:aws:kms:eu-central-1:000000000000:key/k: it must be in us-east-1, ',
        `fine  key ${ACCOUNT_KEY_ARN}`,
      ],
      { stacks: withKey('arn:aws:kms:eu-central-1:000000000000:key/k') },
    ],
    [
      'not known, since the secret is not',
      'cannot tell  key: needs the permission secretsmanager:DescribeSecret',
      { account: deny('secretsmanager:DescribeSecret') },
    ],
  ]);
});

describe('The topic', () => {
  rows('topic', [
    ['one that the deploy makes', 'fine  topic of the alarms: the deploy creates it', {}],
    [
      'exists',
      `fine  topic ${TOPIC}: exists`,
      { stacks: withTopic(TOPIC), account: having({ topics: { [TOPIC]: KEY } }) },
    ],
    [
      'missing',
      `will fail  topic ${TOPIC}: it must exist, got no such topic. ` +
        'Correct `shared.alarmTopic.arn`.',
      { stacks: withTopic(TOPIC) },
    ],
    [
      'encrypted with the key of AWS',
      `will fail  topic ${TOPIC}: its key must let CloudWatch publish, got `,
      { stacks: withTopic(TOPIC), account: having({ topics: { [TOPIC]: 'alias/aws/sns' } }) },
    ],
    [
      'of another region',
      'it must be in us-east-1, got eu-west-1. Name a topic of this region.',
      { stacks: withTopic('arn:aws:sns:eu-west-1:000000000000:alarms') },
    ],
    [
      'denied',
      `cannot tell  topic ${TOPIC}: needs the permission sns:GetTopicAttributes`,
      { stacks: withTopic(TOPIC), account: deny('sns:GetTopicAttributes') },
    ],
  ]);
});

const topic = { Type: 'AWS::SNS::Topic' };

const every = (expression: string, graceDays = '7') => {
  const { Schedule } = template().resources;
  return [
    template({
      Schedule: {
        ...Schedule,
        Properties: {
          ...Schedule?.Properties,
          RotationRules: { ScheduleExpression: expression },
        },
      },
      Function: {
        Type: 'AWS::Lambda::Function',
        Properties: { Environment: { Variables: { GRACE_DAYS: graceDays } } },
      },
    }),
  ];
};

const deployed = (secret: object) => ({
  secret: async () => ({
    kind: 'answer' as const,
    value: { isRevoked: false, isRotationOn: true, isDeleted: false, ...secret },
  }),
});

describe('A rotation that is pending', () => {
  rows('pending rotation', [
    ['none', 'fine  pending rotation of test/Cache: no pending version', {}],
    ['not deployed', 'fine  pending rotation of fresh/Cache: not deployed yet', { stacks: fresh }],
    [
      'not published',
      'cannot tell  pending rotation of Group: its stack does not publish CredentialsSecretArn',
      { stacks: [template({ P1: topic, P2: topic })] },
    ],
    [
      'a secret that is being deleted',
      'will fail  pending rotation of test/Cache: its secret must exist, got a secret that is ',
      { instead: deployed({ isDeleted: true }) },
    ],
    [
      'denied',
      'cannot tell  pending rotation of test/Cache: needs the permission secretsmanager:Desc',
      { account: deny('secretsmanager:DescribeSecret') },
    ],
    [
      'not known',
      'cannot tell  pending rotation of test/Cache: needs the permission ssm:GetParametersByPath',
      { account: deny('ssm:GetParametersByPath') },
    ],
  ]);

  test('is none while AWSPENDING is on the current version', async () => {
    const { secrets, secretArn } = local().deployment;
    const current = secrets.holderOf(secretArn, LABEL.current);
    secrets.moveLabel(secretArn, { label: LABEL.pending, toVersionId: current });
    expect(await lines('pending', {})).toStrictEqual([
      'fine  pending rotation of test/Cache: no pending version',
    ]);
    secrets.moveLabel(secretArn, { label: LABEL.pending, fromVersionId: current });
  });

  test('is said with its version and what to do', async () => {
    const { secrets, secretArn } = local().deployment;
    const versionId = '11112222-3333-4444-5555-666677778888';
    secrets.startRotation(secretArn, versionId);
    expect(await lines('pending', {})).toStrictEqual([
      'will fail  pending rotation of test/Cache: no rotation must be under way during a deploy, ' +
        'got version 11112222. Wait, or find out why it is stuck: `npx secure-redis recover ' +
        '--cache test/Cache`.',
    ]);
    secrets.moveLabel(secretArn, { label: LABEL.pending, fromVersionId: versionId });
  });
});

describe('What the deploy would rotate', () => {
  const DAY_MS = 24 * 60 * 60 * 1_000;
  const changed = (days: number, more: object = {}) =>
    deployed({
      schedule: 'rate(90 days)',
      window: '2h',
      previous: 'abcdefgh-1',
      changedMs: Date.now() - days * DAY_MS,
      ...more,
    });
  rows('rotation of', [
    ['nothing', 'fine  rotation of test/Cache: the schedule does not change', {}],
    [
      'the first deploy',
      'fine  rotation of fresh/Cache: the first deploy rotates',
      { stacks: fresh },
    ],
    [
      'a schedule that changes, without a previous password',
      'fine  rotation of test/Cache: the deploy rotates at once, since the schedule changes from ' +
        'rate(90 days) to rate(30 days); no grace period is left',
      { stacks: every('rate(30 days)') },
    ],
    [
      'within the grace period',
      'will fail  rotation of test/Cache: no grace period must end early, got that of version ' +
        `abcdefgh, until ${new Date(Date.now() + 6 * DAY_MS).toISOString().slice(0, 10)}: the `,
      { stacks: every('rate(30 days)'), instead: changed(1) },
    ],
    [
      'after it',
      'rate(90 days) to rate(30 days); the grace period is over',
      { stacks: every('rate(30 days)'), instead: changed(8) },
    ],
    [
      'once it is revoked',
      'rate(90 days) to rate(30 days); no grace period is left',
      { stacks: every('rate(30 days)'), instead: changed(1, { isRevoked: true }) },
    ],
    [
      'by the grace of the function that is deployed',
      'will fail  rotation of test/Cache: no grace period must end early',
      {
        stacks: every('rate(30 days)', '1'),
        deployed: every('rate(90 days)', '14'),
        instead: changed(8),
      },
    ],
    [
      'a window that changes',
      'fine  rotation of test/Cache: the deploy rotates at once, since the schedule changes its ' +
        'window from 4h to 2h; the grace',
      { instead: changed(8, { window: '4h' }) },
    ],
    [
      'while nothing tells the grace period',
      'cannot tell  rotation of test/Cache: the deploy rotates at once, since the schedule',
      { stacks: every('rate(30 days)', 'x'), instead: changed(1) },
    ],
    [
      'denied',
      'cannot tell  rotation of test/Cache: needs the permission secretsmanager:DescribeSecret',
      { account: deny('secretsmanager:DescribeSecret') },
    ],
  ]);
});
