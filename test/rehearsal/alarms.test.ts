/**
 * Alarms on the rotation, evaluated on the output of the real function on real servers: each fires
 * when it should and only then.
 *
 * No name of a metric or dimension is given to the alarms here: if the template's differs from what
 * the function publishes, nothing fires, and a test fails.
 */

import { Password } from '../../contract/password';
import type { AlarmRule } from '../../rehearsal/aws/alarm-rule';
import { datapointsOf, fires } from '../../rehearsal/aws/alarms';
import { AwsError } from '../../rehearsal/aws/secrets-manager-store';
import type { RedisNode } from '../../rehearsal/redis/redis-node';
import { noteOutput } from '../support/leaks';
import { type LocalDeployment, startLocally } from '../support/local-deployment';
import { templateBlueprint } from '../support/template-blueprint';

const BLUEPRINT = templateBlueprint();
const NAMESPACES = ['AWS/Lambda', 'SecureRedis'];
const RULES = BLUEPRINT.alarms.filter(({ namespace }) => NAMESPACES.includes(namespace));
const FOREIGN = Password.of('out-of-band-change-0000');

let local: LocalDeployment;

beforeEach(async () => {
  local = await startLocally({ blueprint: BLUEPRINT });
  expect(await local.deployment.service.rotate()).toBe(true);
});

afterEach(async () => {
  await local.deployment.stop();
});

const firing = () => local.deployment.alarms.firing.map(({ metricName }) => metricName).sort();

async function runDailyCheck(days = 1): Promise<void> {
  for (let day = 1; day <= days; day++) {
    local.deployment.clock.passDays(1);
    noteOutput(JSON.stringify(await local.deployment.service.dailyCheck('daily')));
  }
}

/** A rotation whose version stays pending: its function is never called. */
const stuck = () => local.deployment.service.begin();

test('every alarm of the template on these namespaces is tried below', () => {
  expect(RULES.map(({ metricName }) => metricName).sort()).toStrictEqual([
    'DailyCheckSucceeded',
    'Errors',
    'LoginRefused',
    'PreviousStillAccepted',
    'RotationOverdue',
    'StuckPending',
  ]);
  expect(RULES.every(({ description }) => description.includes('First: '))).toBe(true);
});

test('a healthy rotation, checked daily through its grace, fires no alarm', async () => {
  for (let day = 1; day <= 10; day++) {
    await runDailyCheck();
    expect(firing()).toStrictEqual([]);
  }
  const { deployment } = local;
  const labels = Object.values(deployment.secrets.labelsByVersion(deployment.secretArn)).flat();
  expect(labels.some((label) => label.startsWith('REVOKED@'))).toBe(true);
});

describe('Errors', () => {
  test('a step that fails fires, for five minutes', async () => {
    const { service, clock } = local.deployment;
    await runDailyCheck();
    const versionId = stuck();
    service.abandon(versionId);
    expect(await service.attempt(versionId)).toBe(false);
    expect(local.reports.at(-1)?.outcome).toMatchObject({ code: 'NotStaged' });
    expect(firing()).toStrictEqual(['Errors']);
    clock.passDays(6 / (24 * 60));
    expect(firing()).toStrictEqual([]);
  });

  test('a function that is killed fires, too', async () => {
    const { service, rotation, plane } = local.deployment;
    await runDailyCheck();
    plane.hooks = { before: async () => rotation.kill() };
    expect(await service.attempt(stuck())).toBe(false);
    plane.hooks = {};
    expect(firing()).toStrictEqual(['Errors']);
  });
});

describe('DailyCheckSucceeded', () => {
  test('a node that is out of reach fires on the second day, until it is back', async () => {
    await runDailyCheck(2);
    const [, replica] = local.deployment.nodes;
    await replica?.stop();
    await runDailyCheck();
    expect(firing()).toStrictEqual([]);
    await runDailyCheck();
    expect(firing()).toStrictEqual(['DailyCheckSucceeded']);
    if (replica) await local.deployment.replace(replica);
    await runDailyCheck();
    expect(firing()).toStrictEqual([]);
  });

  test('a failed daily check is a zero; two days of them alarm until one succeeds', async () => {
    const { plane, clock, service } = local.deployment;
    await runDailyCheck(2);
    const fail = async () => {
      plane.hooks = {
        before: async () => {
          throw new AwsError('AccessDeniedException', 'not today');
        },
      };
      await expect(service.dailyCheck('daily')).rejects.toThrow('AwsCallFailed');
      plane.hooks = {};
    };
    for (const rung of [['Errors'], ['DailyCheckSucceeded', 'Errors']]) {
      clock.passDays(1);
      await fail();
      expect(datapointsOf(local.lines.at(-1) ?? '')).toStrictEqual([
        expect.objectContaining({ name: 'DailyCheckSucceeded', value: 0 }),
      ]);
      expect(firing()).toEqual(rung);
    }
    await service.dailyCheck('daily');
    expect(firing()).toStrictEqual(['Errors']);
  });

  test('a deploy starts no alarm; a cache without a daily check alarms after two days', () => {
    const { clock } = local.deployment;
    const rung = [0, 1, 0.9, 0.2].map((days) => {
      clock.passDays(days);
      return firing();
    });
    expect(rung).toStrictEqual([[], [], [], ['DailyCheckSucceeded']]);
  });

  test('no daily check at all fires after two days: missing data is breaching', async () => {
    await runDailyCheck(2);
    local.deployment.clock.passDays(1.5);
    expect(firing()).toStrictEqual([]);
    local.deployment.clock.passDays(1);
    expect(firing()).toStrictEqual(['DailyCheckSucceeded']);
    await runDailyCheck();
    expect(firing()).toStrictEqual([]);
  });
});

describe('RotationOverdue', () => {
  test('fires two days after the interval, and not once it has rotated', async () => {
    const days = Number(BLUEPRINT.rotation.environment.ROTATION_DAYS);
    await runDailyCheck(9);
    local.deployment.clock.passDays(days - 11);
    await runDailyCheck(2);
    expect(firing()).toStrictEqual([]);
    await runDailyCheck(2);
    expect(firing()).toStrictEqual(['RotationOverdue']);
    expect(await local.deployment.service.rotate()).toBe(true);
    await runDailyCheck();
    expect(firing()).toStrictEqual([]);
  });
});

describe('StuckPending', () => {
  test('fires once a rotation has been pending for a day, and not once it has ended', async () => {
    await runDailyCheck();
    const versionId = stuck();
    local.deployment.clock.passDays(23 / 24);
    await local.deployment.service.dailyCheck('daily');
    expect(firing()).toStrictEqual([]);
    await runDailyCheck();
    expect(firing()).toStrictEqual(['StuckPending']);
    expect(await local.deployment.service.attempt(versionId)).toBe(true);
    await runDailyCheck();
    expect(firing()).toStrictEqual([]);
  });
});

describe('PreviousStillAccepted', () => {
  test('fires two days after the grace while the daily check cannot revoke', async () => {
    const { nodes, group } = local.deployment;
    const [, replica] = nodes;
    if (!replica) throw new Error('the template has no replica');
    const graceDays = Number(BLUEPRINT.rotation.environment.GRACE_DAYS);
    group.lagging.add(replica);
    await runDailyCheck(graceDays + 1);
    expect(firing()).toStrictEqual([]);
    await runDailyCheck();
    expect(firing()).toStrictEqual(['PreviousStillAccepted']);
    await group.catchUp(replica);
    await runDailyCheck();
    expect(firing()).toStrictEqual([]);
  });
});

describe('LoginRefused', () => {
  type Break = (node: RedisNode) => Promise<unknown>;
  const refuse: Break = (node) => node.setPasswords([FOREIGN]);
  const open: Break = (node) => node.admin('ACL', 'SETUSER', 'default', 'nopass');

  test.each([
    ['refuses the current password', refuse],
    ['lets in anybody', open],
  ])('a node that %s fires, and not once it is as it should be', async (_, breakIt) => {
    const { nodes, group } = local.deployment;
    await runDailyCheck();
    expect(firing()).toStrictEqual([]);
    const [, replica] = nodes;
    if (!replica) throw new Error('the template has no replica');
    await breakIt(replica);
    await runDailyCheck();
    expect(firing()).toStrictEqual(['LoginRefused']);
    await group.catchUp(replica);
    await runDailyCheck();
    expect(firing()).toStrictEqual([]);
  });
});

describe('A template that differs from what the function publishes fires no alarm', () => {
  const line = () => local.lines.find((each) => each.includes('"_aws"')) ?? '';
  const rule = (): AlarmRule => {
    const [found] = RULES.filter(({ metricName }) => metricName === 'LoginRefused');
    if (!found) throw new Error('the template has no such alarm');
    return { ...found, dimensions: { ReplicationGroupId: local.deployment.group.id } };
  };

  test('another name, namespace, dimension or unit', async () => {
    const [, replica] = local.deployment.nodes;
    await replica?.setPasswords([FOREIGN]);
    await runDailyCheck();
    const points = datapointsOf(line());
    const isRinging = (change: Partial<AlarmRule>) =>
      fires({ ...rule(), ...change }, points, local.deployment.clock.now(), 0);
    expect(isRinging({})).toBe(true);
    expect(isRinging({ unit: 'Count' })).toBe(true);
    const id = local.deployment.group.id;
    const others: readonly Partial<AlarmRule>[] = [
      { metricName: 'LoginsRefused' },
      { namespace: 'Secureredis' },
      { dimensions: { GroupId: id } },
      { dimensions: { ReplicationGroupId: 'another' } },
      { dimensions: {} },
      { dimensions: { ...rule().dimensions, Stage: 'dev' } },
      { unit: 'None' },
    ];
    expect(others.filter((change) => isRinging(change))).toStrictEqual([]);
  });

  test('what the rehearsal does not model is an error, not silence', () => {
    const now = local.deployment.clock.now();
    expect(() => fires({ ...rule(), missing: 'perhaps' }, [], now, 0)).toThrow('has perhaps; the');
    expect(() =>
      datapointsOf(
        '{"_aws":{"Timestamp":1,"CloudWatchMetrics":[{"Namespace":"N",' +
          '"Dimensions":[[]],"Metrics":[{"Name":"M"}]}]},"M":"many"}',
      ),
    ).toThrow('the metric M is string');
    expect(datapointsOf('Killed')).toStrictEqual([]);
  });
});

test('the operator sees what fires', async () => {
  const { deployment } = local;
  deployment.clock.passDays(3);
  expect(deployment.firing).toMatchObject([
    { name: expect.stringMatching(/^test-\w+DailyCheckSucceeded\w+-Rhrsal$/) },
  ]);
  deployment.firing = [{ name: 'test-CacheMemory', description: 'Memory is full.' }];
  expect(deployment.firing).toHaveLength(2);
});
