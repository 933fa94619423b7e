/**
 * `npx secure-redis checklist` fills in secrets, readers, keys and alarms from templates, and with
 * `--ask` the dates of rotations from AWS; what is wrong stands first, and exits with 1.
 */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checklist } from '../../cli/checklist/checklist';
import { checklistFacts } from '../../cli/checklist/checklist-facts';
import type { StackTemplate, TemplateResource } from '../../cli/template/stack-template';
import type { DailyCheckReport } from '../../contract/daily-check';
import { Access, Role } from '../../lib';
import { type LocalDeployment, startLocally } from '../support/local-deployment';
import { runCli } from '../support/run-cli';
import { makeStack, templateOf } from '../support/synth';
import { templateBlueprint } from '../support/template-blueprint';
import { temporaryFolder } from '../support/temporary-folder';

type Resources = Readonly<Record<string, TemplateResource & { DeletionPolicy?: string }>>;

const parameter = (Name: string, Value: unknown): TemplateResource => ({
  Type: 'AWS::SSM::Parameter',
  Properties: { Name, Value },
});

const CACHE: Resources = {
  Group: { Type: 'AWS::ElastiCache::ReplicationGroup', Properties: { Engine: 'valkey' } },
  Id: parameter('/s/One/ReplicationGroupId', { Ref: 'Group' }),
  Arn: parameter('/s/One/CredentialsSecretArn', { Ref: 'Secret' }),
  Secret: {
    Type: 'AWS::SecretsManager::Secret',
    Properties: { KmsKeyId: { 'Fn::GetAtt': ['Key', 'Arn'] } },
    Metadata: { 'aws:cdk:path': 'App/One/Secret/Resource' },
  },
  Schedule: {
    Type: 'AWS::SecretsManager::RotationSchedule',
    Properties: {
      SecretId: { Ref: 'Secret' },
      RotationRules: { ScheduleExpression: 'rate(90 days)' },
    },
  },
  Key: {
    Type: 'AWS::KMS::Key',
    DeletionPolicy: 'Retain',
    Properties: { EnableKeyRotation: true, KeyPolicy: { Statement: [] } },
    Metadata: { 'aws:cdk:path': 'App/Key/Resource' },
  },
  App: { Type: 'AWS::IAM::Role', Metadata: { 'aws:cdk:path': 'App/Web/Role/Resource' } },
};

const ALARM = {
  Type: 'AWS::CloudWatch::Alarm',
  Properties: { Dimensions: [{ Name: 'ReplicationGroupId', Value: { Ref: 'Group' } }] },
};

const stackWith = (resources: Resources): readonly StackTemplate[] => [
  { stack: 's', resources: { ...CACHE, ...resources } },
];
const factsWith = (resources: Resources) => checklistFacts(stackWith(resources));

const AT = '2026-11-28T12:00:00.000Z';
const INPUT = { of: 'stage prod', version: '1.2.3', at: AT };

const linesWith = (resources: Resources, rest: object = {}) => {
  const { exitCode, lines } = checklist({ ...INPUT, facts: factsWith(resources), ...rest });
  return { exitCode, text: lines.join('\n') };
};

const report = (changes: Partial<DailyCheckReport> = {}): DailyCheckReport => ({
  at: AT,
  outcome: 'revoked',
  current: { versionId: 'v1', createdAt: '2026-11-01T00:00:00.000Z' },
  previous: { versionId: 'v0', createdAt: '2026-08-03T00:00:00.000Z' },
  nextRotationAt: '2027-01-30T00:00:00.000Z',
  isRevoked: true,
  isSettled: true,
  nodes: [],
  ...changes,
});
const askedWith = (changes: Partial<DailyCheckReport>, firing: readonly string[] = []) => ({
  asked: { 's/One': { reports: { '': report(changes) }, firing } },
});

describe('The document', () => {
  test('has secrets, readers, keys and boxes, and says what was not asked', () => {
    const { exitCode, text } = linesWith({}, { drillDate: '2026-11-01' });
    expect(exitCode).toBe(0);
    expect(text).toMatch(/^# Rotation checklist: stage prod\n\nMade 2026-11-28T12:00Z by .* 1.2.3/);
    expect(text).toContain('| the cache | rate(90 days) | not asked (`--ask`) |');
    expect(text).toContain('`App/Key`: rotated every year by KMS; kept when the stack is deleted');
    expect(text).toContain('2026-11-01, 27 days ago');
    expect(text).not.toContain('To do');
    expect(linesWith({}).text).toContain('not recorded; give it as `--drill-date`');
  });

  test('has dates that AWS answers', () => {
    const { exitCode, text } = linesWith({}, askedWith({}));
    expect(text).toContain('| the cache | rate(90 days) | 2026-11-01 | 2027-01-30 | revoked |');
    expect(exitCode).toBe(0);
  });

  test.each<[string, Resources, object, string]>([
    [
      'a password that is never rotated',
      { Schedule: { Type: 'AWS::SNS::Topic' } },
      {},
      's/One: the password of the cache is never rotated',
    ],
    [
      'an alarm that tells nobody',
      { Alarm: ALARM },
      {},
      's/One: give a topic to the alarms without an action: s/Alarm',
    ],
    [
      'no report',
      {},
      { asked: {} },
      'the password of the cache has no report: run `npx secure-redis status --cache s/One`',
    ],
    [
      'a late rotation',
      {},
      askedWith({ current: { versionId: 'v', createdAt: '2026-08-20T00:00:00.000Z' } }),
      'was not rotated when its schedule said: run `npx secure-redis rotate --cache s/One`',
    ],
    [
      'a previous password past its grace period',
      {},
      askedWith({ isRevoked: false, graceEndsAt: '2026-11-20T00:00:00.000Z' }),
      'valid after its grace period: run `npx secure-redis revoke --cache s/One`',
    ],
    ['an alarm', {}, askedWith({}, ['s-Login']), 's/One: the alarm s-Login is in ALARM state'],
  ])('has %s first, and exits with 1', (_, resources, rest, words) => {
    const { exitCode, text } = linesWith(resources, rest);
    expect(exitCode).toBe(1);
    const [due = ''] = text.split('## s/One');
    expect(due).toContain(`**To do:**\n\n* `);
    expect(due).toContain(words);
  });

  test('an alarm of a composite alarm with an action is not silent', () => {
    const resources: Resources = {
      Alarm: ALARM,
      All: {
        Type: 'AWS::CloudWatch::CompositeAlarm',
        Properties: {
          AlarmActions: ['arn'],
          AlarmRule: { 'Fn::Join': ['', ['ALARM("', { Ref: 'Alarm' }, '")']] },
        },
      },
    };
    expect(linesWith(resources).exitCode).toBe(0);
  });
});

describe('The command, for a cache with users', () => {
  const stack = makeStack({ access: Access.users({ app: Role.readWrite({ keys: ['app:*'] }) }) });
  let local: LocalDeployment;

  beforeAll(async () => {
    local = await startLocally({ blueprint: templateBlueprint(undefined, stack) });
  }, 60_000);

  afterAll(async () => {
    await local?.deployment.stop();
  });

  test('asks AWS for each user, and prints only the document on stdout', async () => {
    const file = join(temporaryFolder('checklist'), 'secure-redis-test.template.json');
    writeFileSync(file, JSON.stringify(templateOf(stack)));
    const args = ['checklist', '--template', file, '--ask', '--drill-date', '2026-11-01'];
    const { out, err } = await runCli(local.deployment.plane, args, {});
    expect(out).toMatch(/^# Rotation checklist: templates\n/);
    expect(out).toMatch(
      /\n\| user app \| rate\(90 days\) \| never: deployed on [\d-]{10} \| [\d-]{10} \| none \|/,
    );
    expect(out).toMatch(/\* `secure-redis-test\/CacheRotationRole/);
    expect(err).toContain('asking secure-redis-test/Cache');
  });

  test.each([
    ['2026-13-01', 'It must be a past date'],
    ['2999-01-01', 'It must be a past date'],
    ['yesterday', 'It must be a past date'],
  ])('refuses the date %s', async (date, words) => {
    const args = ['checklist', '--stage', 'prod', '--drill-date', date];
    const { code, err } = await runCli(local.deployment.plane, args, {});
    expect(err).toContain(words);
    expect(code).toBe(2);
  });
});
