/**
 * The checklist as evidence: tasks for schedules, keys and late rotations, per cache, with commands
 * that run as they are printed; text of templates never becomes markup.
 */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cloud } from '../../cli/aws/cloud';
import { askCaches } from '../../cli/checklist/ask-caches';
import { checklist } from '../../cli/checklist/checklist';
import { checklistFacts } from '../../cli/checklist/checklist-facts';
import { longestInterval } from '../../cli/checklist/rotation-interval';
import type { TemplateResource } from '../../cli/template/stack-template';
import type { Screen } from '../../cli/terminal/screen';
import type { DailyCheckReport } from '../../contract/daily-check';
import { temporaryFolder } from '../support/temporary-folder';

type Resources = Readonly<Record<string, TemplateResource & { DeletionPolicy?: string }>>;

const AT = '2026-11-28T12:00:00.000Z';

const scheduled = (rules: object): TemplateResource => ({
  Type: 'AWS::SecretsManager::RotationSchedule',
  Properties: { SecretId: { Ref: 'Secret' }, RotationRules: rules },
});
const published = (Name: string, Value: unknown): TemplateResource => ({
  Type: 'AWS::SSM::Parameter',
  Properties: { Name, Value },
});

const CACHE: Resources = {
  Group: { Type: 'AWS::ElastiCache::ReplicationGroup', Properties: { Engine: 'valkey' } },
  Id: published('/s/One/ReplicationGroupId', { Ref: 'Group' }),
  Arn: published('/s/One/CredentialsSecretArn', { Ref: 'Secret' }),
  Secret: {
    Type: 'AWS::SecretsManager::Secret',
    Properties: { KmsKeyId: { 'Fn::GetAtt': ['Key', 'Arn'] } },
  },
  Schedule: scheduled({ ScheduleExpression: 'cron(0 4 1 */2 ? *)' }),
  Key: {
    Type: 'AWS::KMS::Key',
    DeletionPolicy: 'Retain',
    Properties: { EnableKeyRotation: true },
  },
};
const REPORT: DailyCheckReport = {
  at: AT,
  outcome: 'revoked',
  current: { versionId: 'v1', createdAt: '2026-11-01T00:00:00.000Z' },
  previous: { versionId: 'v0' },
  nextRotationAt: '2027-01-01T00:00:00.000Z',
  isRevoked: true,
  isSettled: true,
  nodes: [],
};

const factsWith = (resources: Resources) =>
  checklistFacts([{ stack: 's', resources: { ...CACHE, ...resources } }]);
const madeWith = (resources: Resources, changes?: Partial<DailyCheckReport>) => {
  const reports = { '': { ...REPORT, ...changes } };
  const asked = changes && { 's/One': { reports, firing: [] } };
  const facts = factsWith(resources);
  const { lines, exitCode } = checklist({ of: 'stage prod', version: '1', at: AT, facts, asked });
  return { exitCode, tasks: lines.filter((each) => /^\* s\//.test(each)), lines };
};

test('has no task for a cache that rotates in time', () => {
  expect(madeWith({}, {})).toMatchObject({ exitCode: 0, tasks: [] });
});

test.each<[string, Resources, string]>([
  [
    'a year between rotations',
    { Schedule: scheduled({ AutomaticallyAfterDays: 365 }) },
    '* s/One: the password of the cache is rotated only every 365 days: give it a schedule of at ' +
      'most 90 days',
  ],
  [
    'a schedule known at deploy',
    { Schedule: scheduled({ ScheduleExpression: { Ref: 'Given' } }) },
    '* s/One: the password of the cache has the schedule (known at deploy), whose interval is ' +
      'unknown: compare it with 90 days',
  ],
  [
    'a key without rotation',
    { Key: { Type: 'AWS::KMS::Key', DeletionPolicy: 'Retain' } },
    '* s/Key: the key is never rotated: enable key rotation',
  ],
  [
    'a deleted key',
    { Key: { Type: 'AWS::KMS::Key', Properties: { EnableKeyRotation: true } } },
    '* s/Key: the key is deleted with its stack: retain it, unless its data may be lost',
  ],
])('has a task for %s', (_, resources, task) => {
  expect(madeWith(resources)).toMatchObject({ exitCode: 1, tasks: [task] });
});

const ROTATE =
  '* s/One: the password of the cache was not rotated when its schedule said: run `npx ' +
  'secure-redis rotate --cache s/One`';
const REVOKE =
  '* s/One: the password of the cache has a previous password, valid after its grace period: run ' +
  '`npx secure-redis revoke --cache s/One`';
const LONG_AGO = { versionId: 'v1', createdAt: '2024-01-01T00:00:00.000Z' };

test.each<[string, Partial<DailyCheckReport>, string[]]>([
  ['a late rotation of a cron schedule', { current: LONG_AGO }, [ROTATE]],
  ['a date that has passed', { nextRotationAt: '2026-11-20T00:00:00.000Z' }, [ROTATE]],
  [
    'an unknown date',
    { current: { versionId: 'v1' } },
    [
      '* s/One: the password of the cache has no known date of its last rotation: run `npx ' +
        'secure-redis status --cache s/One`',
    ],
  ],
  [
    'a late rotation and a previous password',
    { current: LONG_AGO, isRevoked: false, graceEndsAt: '2026-10-08T00:00:00.000Z' },
    [ROTATE, REVOKE],
  ],
])('has tasks for %s', (_, changes, tasks) => {
  expect(madeWith({}, changes)).toMatchObject({ exitCode: 1, tasks });
});

test('says when a grace period ended, and that a first password was never rotated', () => {
  const past = madeWith({}, { isRevoked: false, graceEndsAt: '2026-10-08T00:00:00.000Z' });
  expect(past.lines.join('\n')).toContain(
    'not revoked, though its grace period ended on 2026-10-08',
  );
  const first = madeWith({}, { previous: undefined, isRevoked: false });
  expect(first.lines.join('\n')).toContain('| never: deployed on 2026-11-01 | 2027-01-01 | none |');
});

test.each<[string, number | undefined]>([
  ['rate(4 hours)', 4 / 24],
  ['rate(1 day)', 1],
  ['cron(0 4 1 * ? *)', 31],
  ['cron(0 4 1 */2 ? *)', 62],
  ['cron(0 4 1 JAN,JUL ? *)', 186],
  ['cron(0 4 ? 1,3,5,7,9,11 SUN#1 *)', 68],
  ['cron(0 4 31 */2 ? *)', 93],
  ['cron(0 4 1 1-3 ? *)', 310],
  ['cron(0 4 1 1 ? 2027)', undefined],
  ['cron(0 4 1 13 ? *)', undefined],
  ['sometimes', undefined],
])('%s rotates at least every %s days', (schedule, days) => {
  expect(longestInterval(schedule)).toBe(days);
});

test('keeps text of templates from being markup', () => {
  const evil = 'x`\n# all good\n- [x] done | <img src=x> \u001b[2J';
  const { lines } = madeWith({
    Schedule: scheduled({ ScheduleExpression: evil }),
    Group: {
      Type: 'AWS::ElastiCache::ReplicationGroup',
      Properties: { Engine: 'valkey', EngineVersion: evil },
    },
    Secret: { Type: 'AWS::SecretsManager::Secret', Metadata: { 'aws:cdk:path': evil } },
    Job: {
      Type: 'AWS::IAM::Role',
      Metadata: { 'aws:cdk:path': evil },
      Properties: {
        Policies: [
          { PolicyDocument: { Statement: { Effect: 'Allow', Action: '*', Resource: '*' } } },
        ],
      },
    },
  });
  const text = lines.join('\n');
  expect(text).not.toMatch(/^# all good|^- \[x\]/m);
  expect(text).not.toContain('\u001b');
  expect(text).toContain('* `` x`\\n# all good\\n- [x] done | <img src=x> \\x1b[2J ``');
  expect(text).toContain(
    '| the cache | x\\`\\\\n\\# all good\\\\n- \\[x\\] done \\| \\<img src=x\\>',
  );
});

test('counts alarms and grace days per cache', () => {
  const other = (group: string, days: string): TemplateResource => ({
    Type: 'AWS::Lambda::Function',
    Properties: {
      Environment: { Variables: { GRACE_DAYS: days, REPLICATION_GROUP_ID: { Ref: group } } },
    },
  });
  const alarm = (group: string, AlarmActions: unknown[]): TemplateResource => ({
    Type: 'AWS::CloudWatch::Alarm',
    Properties: { Dimensions: [{ Name: 'Id', Value: { Ref: group } }], AlarmActions },
  });
  const { caches } = factsWith({
    Group2: { Type: 'AWS::ElastiCache::ReplicationGroup', Properties: { Engine: 'valkey' } },
    Id2: published('/s/One2/ReplicationGroupId', { Ref: 'Group2' }),
    F2: other('Group2', '3'),
    F1: other('Group', '7'),
    Alarm1: alarm('Group', ['arn']),
    Alarm2: alarm('Group2', []),
    One2EventAlarm: { Type: 'AWS::CloudWatch::Alarm', Properties: { AlarmActions: ['arn'] } },
    OneEventAlarm: { Type: 'AWS::CloudWatch::Alarm', Properties: { AlarmActions: ['arn'] } },
    Unrelated: { Type: 'AWS::CloudWatch::Alarm' },
  });
  expect(caches).toMatchObject([
    { name: 's/One', graceDays: '7', alarms: 2, silentAlarms: [] },
    { name: 's/One2', graceDays: '3', alarms: 2, silentAlarms: ['s/Alarm2'] },
  ]);
});

describe('Asking AWS', () => {
  const name = 'secure-redis-prod-jobs/Cache';
  const asking = (parameters: Readonly<Record<string, string>>, region?: string) => {
    const folder = temporaryFolder('checklist-stage');
    mkdirSync(join(folder, 'config'));
    const stage = { account: '111122223333', region: 'eu-central-1' };
    writeFileSync(join(folder, 'config', 'prod.json'), JSON.stringify(stage));
    const cloud = { published: async () => parameters } as unknown as Cloud;
    const cloudIn = jest.fn((_: string | undefined) => cloud);
    return { cloudIn, region, folder, screen: { tell: () => undefined } as unknown as Screen };
  };

  test('says that a cache is not deployed, and asks in the region of the stage', async () => {
    const given = asking({});
    expect(await askCaches([name], given)).toStrictEqual({
      [name]: { reports: {}, firing: [], problem: 'not deployed in this account and region' },
    });
    expect(given.cloudIn).toHaveBeenCalledWith('eu-central-1');
  });

  test('rejects another region than that of the stage file', async () => {
    const words = '--region must be eu-central-1, which config/prod.json names, got us-east-1';
    await expect(askCaches([name], asking({}, 'us-east-1'))).rejects.toThrow(words);
  });

  test('rejects credentials of another account than that of the stage file', async () => {
    const parameters = {
      CredentialsSecretArn: 'arn:aws:secretsmanager:eu-central-1:444455556666:secret:a-Abc123',
      RotationFunctionName: 'f',
      Endpoint: 'a.example.com',
      ReaderEndpoint: 'b.example.com',
      Port: '6379',
    };
    const words = 'must be of account 111122223333, which config/prod.json names, got those of';
    await expect(askCaches([name], asking(parameters))).rejects.toThrow(words);
  });
});
