/** Drills on the rotation: interrupted, slow, throttled, abandoned or concurrent. */

import type { DiagnosisId } from '../../cli/rotation/diagnoses';
import { LABEL, ROTATION_STEPS, type RotationStep } from '../../contract/rotation';
import { AwsError } from '../aws/secrets-manager-store';
import { type Drill, FAILED_STEP, SHORT_LIFE_MS } from './drill';
import type { Moment } from './scene';

/** Per step: the worst call for a crash, and the diagnosis afterwards. */
const DEATHS: Readonly<Record<RotationStep, Omit<Moment, 'step'> & { sees: DiagnosisId }>> = {
  createSecret: { when: 'after', action: 'PutSecretValue', sees: 'pending-not-asked' },
  setSecret: { when: 'after', action: 'ModifyReplicationGroup', sees: 'pending-live' },
  testSecret: { when: 'before', action: 'DescribeReplicationGroups', sees: 'pending-live' },
  finishSecret: { when: 'after', action: 'UpdateSecretVersionStage', sees: 'in-grace' },
};

const KILLED: readonly Drill[] = ROTATION_STEPS.map((step) => ({
  name: `killed-in-${step}`,
  broke: `the function dies ${DEATHS[step].when} ${DEATHS[step].action}`,
  noticed: ['Killed', ...FAILED_STEP],
  diagnosis: DEATHS[step].sees,
  repair: 'the retry completes',
  run: async (scene) => {
    const { service, rotation } = scene.deployment;
    const versionId = service.begin();
    scene.plan({ ...DEATHS[step], step }, () => {
      scene.breaks();
      rotation.kill();
    });
    // After a crash at the last call the rotation is complete, but Secrets Manager does not know.
    await scene.attempt(versionId);
    await scene.diagnose();
    await scene.mustFinish(versionId);
    scene.expect(scene.count('ModifyReplicationGroup') === 1, 'the cache is asked once');
  },
}));

/** Milliseconds of AWS per millisecond here. */
const SCALE = 200;
const MINUTE_MS = 60_000 / SCALE;
/** The time reserved for an iteration is not scaled; the other 12.7 minutes are. */
const LIFE_MS = 140_000 + 760_000 / SCALE;
const CALLS_MAX = 60;

const TWENTY_MINUTES: Drill = {
  name: 'twenty-minute-change',
  broke: `the change of the cache takes 20 minutes, at 1:${SCALE}`,
  noticed: [],
  repair: 'none: later steps continue to wait',
  pace: {
    timing: { delayMs: 20 * MINUTE_MS, perNodeMs: 5 },
    pollIntervalMs: 5_000 / SCALE,
    quietMs: MINUTE_MS,
    timeoutMs: LIFE_MS,
    traffic: { pauseMs: 20 },
  },
  run: async (scene) => {
    const callsBefore = scene.calls;
    scene.breaks();
    await scene.mustFinish(scene.deployment.service.begin());
    const calls = scene.calls - callsBefore;
    scene.expect(calls <= CALLS_MAX, `at most ${CALLS_MAX} calls: ${calls}`);
    scene.expect(scene.count('ModifyReplicationGroup') === 1, 'the cache is asked once');
  },
};

/** Attempts of the SDK per call. */
const TRIES_MAX = 3;

const STALLED_CALL: Drill = {
  name: 'stalled-call',
  broke: 'a response of AWS stalls after one byte: once, then in every attempt of a call',
  noticed: ['AwsCallFailed', ...FAILED_STEP],
  diagnosis: 'pending-live',
  repair: "the SDK's retry; after the deadline of 20 s, the retry of the rotation",
  pace: { traffic: { pauseMs: 20 } },
  run: async (scene) => {
    const { service } = scene.deployment;
    const versionId = service.begin();
    scene.breaks();
    scene.stall({ step: 'createSecret', action: 'DescribeSecret' });
    scene.stall({ step: 'testSecret', action: 'GetSecretValue' }, TRIES_MAX);
    await scene.mustFail(versionId);
    await scene.diagnose();
    await scene.mustFinish(versionId);
    scene.expect(scene.count('ModifyReplicationGroup') === 1, 'the cache is asked once');
  },
};

const SLOW_CHANGE: Drill = {
  name: 'slow-change',
  broke: 'the change of the cache takes longer than all three waiting steps',
  noticed: ['StillSettling', ...FAILED_STEP],
  diagnosis: 'pending-live',
  repair: 'retries resume the rotation',
  pace: { timing: { delayMs: 3_000, perNodeMs: 5 }, timeoutMs: SHORT_LIFE_MS },
  run: async (scene) => {
    const { service } = scene.deployment;
    const versionId = service.begin();
    scene.breaks();
    await scene.mustFail(versionId);
    await scene.diagnose();
    await scene.mustFinish(versionId);
    scene.expect(scene.count('ModifyReplicationGroup') === 1, 'the cache is asked once');
  },
};

const PENDING_DELETED: Drill = {
  name: 'pending-deleted',
  broke: 'AWSPENDING is removed after the cache has accepted the password',
  noticed: ['NotStaged', ...FAILED_STEP],
  diagnosis: 'newest-unclear',
  repair: 'the next rotation adopts the password',
  run: async (scene) => {
    const { service } = scene.deployment;
    const abandoned = service.begin();
    scene.plan({ when: 'before', step: 'testSecret', action: 'DescribeSecret' }, () => {
      scene.breaks();
      service.abandon(abandoned);
    });
    await scene.mustFail(abandoned);
    await scene.diagnose();
    await scene.mustFinish(service.begin());
    scene.expect(scene.count('ModifyReplicationGroup') === 1, 'the cache is asked once');
  },
};

/** Every attempt of one call, and the first attempt of the next call. */
const REFUSALS = TRIES_MAX + 1;

const THROTTLED: Drill = {
  name: 'throttled',
  broke: `Secrets Manager refuses ${REFUSALS} calls: ThrottlingException`,
  noticed: ['AwsCallFailed', ...FAILED_STEP],
  diagnosis: 'pending-not-asked',
  repair: "the SDK's retry, then the retry of the rotation",
  run: async (scene) => {
    const { service } = scene.deployment;
    const versionId = service.begin();
    const throttle = () => {
      scene.breaks();
      throw new AwsError('ThrottlingException', 'Rate exceeded');
    };
    const moment = { when: 'before', step: 'setSecret', action: 'DescribeSecret' } as const;
    scene.plan(moment, throttle, REFUSALS - 1);
    await scene.mustFail(versionId);
    await scene.diagnose();
    scene.plan(moment, throttle);
    await scene.mustFinish(versionId);
  },
};

const TWO_AT_ONCE: Drill = {
  name: 'two-at-once',
  broke: 'Secrets Manager runs the same rotation twice at once',
  noticed: [],
  repair: 'none: Lambda rejects the second invocation (429), AWS repeats it',
  run: async (scene) => {
    const { service, secrets, secretArn } = scene.deployment;
    const versionId = service.begin();
    scene.breaks();
    const both = await Promise.all([scene.attempt(versionId), scene.attempt(versionId)]);
    scene.expect(both.every(Boolean), 'both attempts complete');
    scene.expect(service.turnedAway > 0, 'Lambda rejects the second invocation');
    scene.expect(scene.count('ModifyReplicationGroup') === 1, 'the cache is asked once');
    const current = secrets.holderOf(secretArn, LABEL.current);
    scene.expect(current === versionId, 'its version is current');
  },
};

export const ROTATION_DRILLS: readonly Drill[] = [
  ...KILLED,
  TWENTY_MINUTES,
  SLOW_CHANGE,
  STALLED_CALL,
  PENDING_DELETED,
  THROTTLED,
  TWO_AT_ONCE,
];
