/**
 * Upgrades of the library alone keep every stateful resource, password and secret value, unless the
 * CHANGELOG announces the change.
 *
 * `test/data/last-release.json` has the stateful resources of the last release, for the
 * configurations of `upgrade-cases.ts`.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UPDATES } from '../../lib/fleet/update-table';
import { baselineOf, type UpgradeStack, upgradeStacks } from '../support/upgrade-cases';
import { findingsOf, lastRelease, secretFindings, unannounced } from '../support/upgrade-check';
import { readRecorded, upgradeFindings } from '../support/upgrade-record';

const CHANGELOG = readFileSync(join(__dirname, '../../CHANGELOG.md'), 'utf8');
const { release, stacks: recordedStacks } = readRecorded();
const stacks = upgradeStacks();

describe('An upgrade of the library alone', () => {
  test('replaces no stateful resource, rotates nothing, sets no secret, or is announced', () => {
    const findings = upgradeFindings(baselineOf(stacks));
    expect(unannounced(findings, CHANGELOG, release)).toStrictEqual([]);
  });

  test('is compared with the newest version that has a date in the CHANGELOG', () => {
    // After a version got its date: `npm run upgrades`.
    expect(release).toBe(lastRelease(CHANGELOG));
  });

  test('is compared for each kind of stateful resource, and in each configuration', () => {
    const resources = Object.values(recordedStacks).flatMap((stack) => Object.values(stack));
    const types = new Set(resources.map(({ type }) => type));
    expect(Array.from(types).sort()).toStrictEqual(Object.keys(UPDATES).sort());
    // After a further configuration: `npm run upgrades`.
    const recorded = Object.keys(recordedStacks);
    const added = stacks.filter(({ stackName }) => !recorded.includes(stackName));
    expect(added.map(({ stackName }) => stackName)).toStrictEqual([]);
  });
});

type Resources = UpgradeStack['template']['Resources'];

const ALONE = 'upgrade-own-alone';
const SHARDED = 'secure-redis-upgrade-prod-jobs';
const GROUP = 'CacheReplicationGroup5B07CC82';
const INITIAL = 'CacheSecretsInitialF84A03AE';
const CREDENTIALS = 'CacheSecretsCredentialsCB62D1C9';
const SCHEDULE = 'CacheRotationSchedule0E6FE273';

/** What an upgrade to templates that are today's but for one stack would do. */
function found(edit: (resources: Resources) => void, edited = ALONE): readonly string[] {
  const changed = stacks.map(({ stackName, template, tags }) => {
    const copy = structuredClone(template);
    if (stackName === edited) edit(copy.Resources);
    return { stackName, template: copy, tags };
  });
  const findings = findingsOf(baselineOf(stacks), baselineOf(changed));
  return findings.map(({ logicalId, text }) => `${logicalId}: ${text}`);
}

/** Changes one property of one resource, and its function where the property begins so. */
const setting = (id: string, property: string, value: unknown) => (resources: Resources) => {
  const properties = resources[id]?.Properties;
  if (properties === undefined) throw new Error(`no ${id} to change`);
  properties[property] = value;
};

const renaming = (id: string) => (resources: Resources) => {
  const text = JSON.stringify(resources);
  const renamed = JSON.parse(text.replaceAll(`"${id}"`, '"Renamed"'));
  for (const each of Object.keys(resources)) delete resources[each];
  Object.assign(resources, renamed);
};

describe('A change of the library is found', () => {
  test.each([
    GROUP,
    'CacheKeyCDF9DE27',
    INITIAL,
    CREDENTIALS,
    SCHEDULE,
    'CacheNetworkVpc839D5D1C',
    'CacheNetworkVpcIsolatedSubnet1Subnet980F8A43',
    'CacheSecurityGroup79A9F160',
    'CacheReplicationGroupSlowLogE8068B88',
    'CacheAlarmTopicDE60FC1B',
  ])('another logical id of %s', (id) => {
    expect(found(renaming(id))).toContain(
      `${id}: it goes: deleted, or left behind without its stack`,
    );
  });

  test('a key with another logical id, which the cache and both secrets name', () => {
    expect(found(renaming('CacheKeyCDF9DE27'))).toEqual(
      expect.arrayContaining([
        expect.stringMatching(`^${GROUP}: it is replaced: KmsKeyId was `),
        expect.stringMatching(`^${INITIAL}: its value may be set again: KmsKeyId was `),
        expect.stringMatching(`^${CREDENTIALS}: its value may be set again: KmsKeyId was `),
      ]),
    );
  });

  test('another way to make the initial password, and another value of the secret', () => {
    const generate = { PasswordLength: 32, GenerateStringKey: 'password' };
    expect(found(setting(INITIAL, 'GenerateSecretString', generate))).toEqual([
      expect.stringMatching(`^${INITIAL}: its value may be set again: GenerateSecretString was `),
    ]);
    expect(found(setting(CREDENTIALS, 'SecretString', '{"username":"admin"}'))).toEqual([
      expect.stringMatching(
        `^${CREDENTIALS}: its value may be set again: SecretString was .*admin`,
      ),
    ]);
    expect(found(setting(CREDENTIALS, 'Tags', [{ Key: 'a', Value: 'b' }]))).toEqual([
      `${CREDENTIALS}: its value may be set again: Tags was not set, is [{"Key":"a","Value":"b"}]`,
    ]);
  });

  test('another field in the secret that the function writes', () => {
    expect(secretFindings('{"host":"a"}', '{"host":"a"}')).toStrictEqual([]);
    expect(secretFindings('{"host":"a"}', '{"hostname":"a"}')).toMatchObject([
      {
        type: 'AWS::SecretsManager::Secret',
        text:
          'its fields change at the next rotation: {"host":"a"} was written, now ' +
          '{"hostname":"a"}',
      },
    ]);
  });

  test('another schedule, a further one, and another name of the function', () => {
    const rules = { Duration: '2h', ScheduleExpression: 'rate(60 days)' };
    expect(found(setting(SCHEDULE, 'RotationRules', rules))).toEqual([
      `${SCHEDULE}: it rotates at once: RotationRules was {"Duration":"2h","ScheduleExpression":` +
        '"rate(90 days)"}, is {"Duration":"2h","ScheduleExpression":"rate(60 days)"}',
    ]);
    const further = (resources: Resources) => {
      resources.Further = structuredClone(resources[SCHEDULE] as Resources[string]);
    };
    expect(found(further)).toEqual(['Further: it rotates at once: the schedule was not there']);
    expect(found(setting('CacheRotationFunctionA2B20699', 'FunctionName', 'rotation'))).toEqual([
      `${SCHEDULE}: it rotates at once: RotationLambdaARN.FunctionName was not set, is "rotation"`,
    ]);
  });

  test('another property that replaces, of the cache and of what holds something beside it', () => {
    expect(found(setting(GROUP, 'Port', 6400))).toEqual([
      `${GROUP}: it is replaced: Port was 6380, is 6400`,
    ]);
    const id = 'CacheNetworkVpcIsolatedSubnet1Subnet980F8A43';
    expect(found(setting(id, 'CidrBlock', '10.1.0.0/18'))).toEqual([
      `${id}: it is replaced: CidrBlock was "10.0.0.0/18", is "10.1.0.0/18"`,
    ]);
  });

  test('what AWS sources disagree on, and what AWS refuses', () => {
    expect(found(setting(GROUP, 'ReplicasPerNodeGroup', 2), SHARDED)).toEqual([
      expect.stringMatching(`^${GROUP}: it may be replaced: ReplicasPerNodeGroup changes from 1`),
    ]);
    expect(found(setting(GROUP, 'EngineVersion', '7.2'))).toEqual([
      expect.stringMatching(`^${GROUP}: the deploy fails: EngineVersion must be "8.0" or newer`),
    ]);
  });

  test('a stack with another name', () => {
    const rest = stacks.filter(({ stackName }) => stackName !== ALONE);
    expect(findingsOf(baselineOf(stacks), baselineOf(rest))).toEqual([
      { stackName: ALONE, logicalId: ALONE, type: STACK, text: 'the stack goes' },
    ]);
  });

  test.each<[string, string, unknown]>([
    [GROUP, 'SnapshotRetentionLimit', 20],
    [GROUP, 'EngineVersion', '8.1'],
    ['CacheRotationFunctionA2B20699', 'Timeout', 60],
    ['CacheKeyCDF9DE27', 'Description', 'other'],
    ['CacheAlarmsSwap18AC18513', 'Threshold', 1],
  ])('and none where AWS changes in place: %s, %s', (id, property, value) => {
    expect(found(setting(id, property, value))).toStrictEqual([]);
  });
});

const STACK = 'AWS::CloudFormation::Stack';

describe('The CHANGELOG announces a change', () => {
  const finding = {
    stackName: ALONE,
    logicalId: INITIAL,
    type: 'AWS::SecretsManager::Secret',
    text: 'its value may be set again',
  };
  const changelog = (next: string, old = '') =>
    `# Changelog\n\n## 0.2.0, not released yet\n\n${next}\n\n## 0.1.0, 2026-12-01\n\n${old}\n`;
  const isQuiet = (text: string, since = '0.1.0') =>
    unannounced([finding], text, since).length === 0;

  test('under Upgrading, by its logical id or its type', () => {
    const upgrading = (item: string) => changelog(`### Upgrading\n\n* ${item}\n\n### Added\n\n* x`);
    expect(isQuiet(upgrading(`\`${INITIAL}\` gets a longer password.`))).toBe(true);
    expect(isQuiet(upgrading('Each AWS::SecretsManager::Secret: another\n  length.'))).toBe(true);
    expect(isQuiet(upgrading('The secrets\n  `AWS::SecretsManager::Secret`.'))).toBe(true);
  });

  test('and nowhere else', () => {
    const item = '* `AWS::SecretsManager::Secret` changes.';
    expect(isQuiet(changelog(''))).toBe(false);
    expect(isQuiet(changelog(`### Changed\n\n${item}`))).toBe(false);
    expect(isQuiet(changelog(`### Upgrading\n\n* x\n\n### Added\n\n${item}`))).toBe(false);
    expect(isQuiet(changelog(`### Upgrading\n\n${item}`.replace('Secret`', 'SecretPolicy`')))).toBe(
      false,
    );
    expect(isQuiet(changelog(`### Upgrading\n\n${item}`.replace('::Secret`', '`')))).toBe(false);
    // What an older version did, its users have read then.
    expect(isQuiet(changelog('', `### Upgrading\n\n${item}`))).toBe(false);
    expect(isQuiet(changelog('', `### Upgrading\n\n${item}`), 'none')).toBe(true);
  });

  test('else its line says where the change is and what to write', () => {
    expect(unannounced([finding], changelog(''), '0.1.0')).toStrictEqual([
      'upgrade-own-alone: AWS::SecretsManager::Secret CacheSecretsInitialF84A03AE: its value may ' +
        'be set again. Undo the change, or name `CacheSecretsInitialF84A03AE` or ' +
        '`AWS::SecretsManager::Secret` under "### Upgrading" in CHANGELOG.md.',
    ]);
  });

  test('the last release is the newest chapter with a date', () => {
    expect(lastRelease(changelog(''))).toBe('0.1.0');
    expect(lastRelease('## 0.1.0, not released yet\n')).toBe('none');
    expect(lastRelease('## 0.2.0, 2027-01-01\n\n## 0.1.0, 2026-12-01\n')).toBe('0.2.0');
  });
});
