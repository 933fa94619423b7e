/** Drills in which the rotation is interrupted: by Lambda, by AWS, by an operator, by itself. */

import { LABEL, ROTATION_STEPS, type RotationStep } from '../../contract/rotation';
import type { DiagnosisId } from '../../operator/diagnoses';
import { AwsError } from '../secrets-store';
import { type Drill, FAILED_STEP, SHORT_LIFE_MS } from './drill';
import type { Moment } from './scene';

/** The call of each step at which a death hurts most, and what an operator sees after it. */
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
  repair: 'the retry finishes',
  run: async (scene) => {
    const { service, rotation } = scene.deployment;
    const versionId = service.begin();
    scene.plan({ ...DEATHS[step], step }, () => {
      scene.breaks();
      rotation.kill();
    });
    // A death after the last call leaves a rotation that is done, and was never told so.
    await scene.attempt(versionId);
    await scene.diagnose();
    await scene.mustFinish(versionId);
    scene.expect(scene.count('ModifyReplicationGroup') === 1, 'the cache is asked once');
  },
}));

const SLOW_CHANGE: Drill = {
  name: 'slow-change',
  broke: 'the change of the cache outlasts the function',
  noticed: ['StillSettling', ...FAILED_STEP],
  diagnosis: 'pending-live',
  repair: 'retries resume it',
  pace: { timing: { delayMs: 700, perNodeMs: 5 }, timeoutMs: SHORT_LIFE_MS },
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
  broke: 'AWSPENDING is taken away when the cache has the password',
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

/** As often as the SDK tries one call; the next one is refused once and then answered. */
const REFUSALS = 4;

const THROTTLED: Drill = {
  name: 'throttled',
  broke: `Secrets Manager refuses ${REFUSALS} calls: ThrottlingException`,
  noticed: ['AwsCallFailed', ...FAILED_STEP],
  diagnosis: 'pending-not-asked',
  repair: "the SDK's own repeat, then the retry",
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
  repair: 'none: the second waits, and finds it done',
  run: async (scene) => {
    const { service, secrets, secretArn } = scene.deployment;
    const versionId = service.begin();
    scene.breaks();
    const both = await Promise.all([scene.attempt(versionId), scene.attempt(versionId)]);
    scene.expect(both.every(Boolean), 'both finish');
    scene.expect(scene.count('ModifyReplicationGroup') === 1, 'the cache is asked once');
    const current = secrets.holderOf(secretArn, LABEL.current);
    scene.expect(current === versionId, 'its version is current');
  },
};

export const ROTATION_DRILLS: readonly Drill[] = [
  ...KILLED,
  SLOW_CHANGE,
  PENDING_DELETED,
  THROTTLED,
  TWO_AT_ONCE,
];
