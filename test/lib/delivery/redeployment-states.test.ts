/**
 * States of one restart, run as Step Functions does: it succeeds when no task with the previous
 * password is left, and otherwise fails.
 */

import { Duration } from 'aws-cdk-lib/core';
import { EcsRedeployment } from '../../../lib';
import { beside, makeService, ofType } from '../../support/applications';
import { runStates } from '../../support/states';

function machineShop(timeout?: Duration) {
  const { cache, shop } = beside();
  const services = [makeService(shop, cache)];
  new EcsRedeployment(shop, 'Redeployment', { cache, services, timeout });
  return shop;
}

interface Seen {
  readonly ids: readonly string[];
  readonly running: number;
  /** When the first of them was created: a time of ECS. */
  readonly createdAt?: unknown;
}

/** A restart begins at 2026-01-01T00:00:00Z and asks a minute later. */
const BEFORE = '2026-01-01T00:00:59.999Z';
const SAME_MOMENT = '2026-01-01T00:01:00Z';
const AFTER = '2026-01-01T00:01:31.25Z';

/** Plays ECS: the deployments that are there at each look. */
function play(looks: readonly Seen[], timeout?: Duration) {
  const [machine] = ofType(machineShop(timeout), 'AWS::StepFunctions::StateMachine');
  const definition = JSON.parse(String(machine?.DefinitionString));
  let look = 0;
  return runStates(definition, { cluster: 'c', service: 's' }, (resource) => {
    if (resource.endsWith(':updateService')) {
      const Deployments = [
        { Id: 'old', Status: 'ACTIVE' },
        { Id: 'new', Status: 'PRIMARY' },
      ];
      return { Service: { Deployments } };
    }
    const seen = looks[Math.min(look++, looks.length - 1)];
    const { ids = [], running = 0, createdAt: CreatedAt = BEFORE } = seen ?? {};
    const Deployments = ids.map((Id) => ({ Id, CreatedAt }));
    return { Services: [{ Deployments, RunningCount: running, DesiredCount: 2 }] };
  });
}

describe('A restart is complete when no old task is left', () => {
  const both = { ids: ['new', 'old'], running: 3 };

  test('it asks for a new deployment after a minute, and then looks', () => {
    const { calls, ending, waitedSeconds } = play([both, both, { ids: ['new'], running: 2 }]);
    expect(calls).toEqual([
      [
        'arn:<AWS::Partition>:states:::aws-sdk:ecs:updateService',
        { Cluster: 'c', Service: 's', ForceNewDeployment: true },
      ],
      ...Array.from({ length: 3 }, () => [
        'arn:<AWS::Partition>:states:::aws-sdk:ecs:describeServices',
        { Cluster: 'c', Services: ['s'] },
      ]),
    ]);
    expect(ending).toBe('Done');
    expect(waitedSeconds).toBe(60 + 3 * 30);
  });

  test('not before all of the new ones run', () => {
    const { calls, ending } = play([
      { ids: ['new'], running: 1 },
      { ids: ['new'], running: 2 },
    ]);
    expect([ending, calls.length]).toEqual(['Done', 3]);
  });

  test('a rollback to the old one is a failure', () => {
    expect(play([both, { ids: ['old'], running: 2 }]).ending).toBe('Displaced');
  });

  test('one that does not end is a failure, after an hour or when you say', () => {
    expect(play([both])).toMatchObject({ ending: 'States.Timeout', waitedSeconds: 3600 });
    const { waitedSeconds } = play([both], Duration.minutes(5));
    expect(waitedSeconds).toBe(300);
  });

  test('a service that is gone is a failure', () => {
    expect(() => play([{ ids: [], running: 0 }])).toThrow('States.Runtime');
  });

  test('a call that fails is repeated five times, at growing intervals', () => {
    const [machine] = ofType(machineShop(), 'AWS::StepFunctions::StateMachine');
    const { States } = JSON.parse(String(machine?.DefinitionString));
    for (const { Retry } of [States.Redeploy, States.Look]) {
      expect(Retry).toEqual([
        { ErrorEquals: ['States.TaskFailed'], IntervalSeconds: 30, BackoffRate: 2, MaxAttempts: 5 },
      ]);
    }
  });
});

describe('A deployment that replaces the restart is a failure, unless it started later', () => {
  const both = { ids: ['new', 'old'], running: 3 };
  const theirs = (createdAt: unknown, running = 2) => ({ ids: ['theirs'], running, createdAt });

  test.each<[string, unknown]>([
    ['begun a moment before', BEFORE],
    ['of a time that is a number', 1_798_761_700],
    ['of a time that is no timestamp of the language', '2026-01-01 00:01:31'],
  ])('%s', (_, createdAt) => {
    expect(play([both, theirs(createdAt)]).ending).toBe('Displaced');
  });

  test.each<[string, string]>([
    ['in the same moment', SAME_MOMENT],
    ['by another execution for the same event', AFTER],
  ])('begun %s, it is as good', (_, createdAt) => {
    const { ending, calls } = play([both, theirs(createdAt, 1), theirs(createdAt)]);
    expect([ending, calls.length]).toEqual(['Done', 4]);
  });

  test('one that never runs in full is late', () => {
    expect(play([both, theirs(AFTER, 1)]).ending).toBe('States.Timeout');
  });

  test('one that is rolled back to the old one is a failure', () => {
    expect(play([both, theirs(AFTER, 1), { ids: ['old'], running: 2 }]).ending).toBe('Displaced');
  });
});
