/**
 * Drills on the cache: a lagging, replaced or unreachable node, a failover, a wrong certificate.
 */

import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { makeCertificates } from '../../cli/server/certificates';
import { Password } from '../../contract/password';
import {
  type Drill,
  FAILED_STEP,
  needsPlainReplica,
  needsReplica,
  needsTwoNodes,
  SHORT_LIFE_MS,
} from './drill';
import { FAILOVER } from './failover-drill';
import type { Scene } from './scene';

/** Before the logins by which the function decides whether it may request a change. */
const BEFORE_LOGINS = {
  when: 'before',
  step: 'setSecret',
  action: 'DescribeReplicationGroups',
} as const;

const LAGGING_NODE: Drill = {
  name: 'lagging-node',
  broke: 'one node applies the change late, although the status is available',
  noticed: ['NodesDisagree', ...FAILED_STEP],
  mayNotice: ['StillSettling'],
  diagnosis: 'pending-live-on-some',
  repair: 'the node applies it; the retry completes',
  pace: { timeoutMs: SHORT_LIFE_MS },
  impossible: needsTwoNodes,
  run: async (scene) => {
    const { group, service } = scene.deployment;
    const versionId = service.begin();
    scene.breaks();
    group.lagging.add(scene.lastNode);
    await scene.mustFail(versionId);
    await group.settled();
    // The short timeout may end before the other nodes have applied the change.
    await scene.mustFail(versionId);
    await scene.diagnose();
    await group.catchUp(scene.lastNode);
    await scene.mustFinish(versionId);
    scene.expect(scene.count('ModifyReplicationGroup') === 1, 'one change is requested');
  },
};

const REPLACED_REPLICA: Drill = {
  name: 'replaced-replica',
  broke: 'a replica dies between setSecret and testSecret',
  noticed: ['Unreachable (connection-refused)', ...FAILED_STEP],
  diagnosis: 'unreachable',
  repair: 'ElastiCache replaces it; the retry completes',
  impossible: needsPlainReplica,
  run: async (scene) => {
    const { service } = scene.deployment;
    const versionId = service.begin();
    const replica = scene.lastNode;
    scene.plan({ when: 'before', step: 'testSecret', action: 'DescribeSecret' }, async () => {
      scene.breaks();
      await replica.stop();
    });
    await scene.mustFail(versionId);
    await scene.diagnose();
    await scene.deployment.replace(replica);
    await scene.mustFinish(versionId);
  },
};

const ROTATED_BY_HAND: Drill = {
  name: 'rotated-by-hand',
  broke: 'the password of the cache is rotated out of band',
  noticed: ['OutOfBandChange', ...FAILED_STEP],
  diagnosis: 'out-of-band-change-pending',
  repair: 'revoke all but the current password; the retry completes',
  run: async (scene) => {
    const { group, service } = scene.deployment;
    scene.breaks();
    const foreign = `foreign-${randomBytes(12).toString('hex')}`;
    scene.passwords.push(Password.of(foreign));
    group.modify('ROTATE', foreign);
    await group.settled();
    const versionId = service.begin();
    await scene.mustFail(versionId);
    scene.expect(scene.count('ModifyReplicationGroup') === 0, 'the cache is not asked');
    await scene.diagnose();
    const report = await scene.dailyCheck('revoke');
    scene.expect(report?.outcome === 'revoked', `the daily check revokes it: ${report?.outcome}`);
    await scene.mustFinish(versionId);
  },
};

const UNREACHABLE: Drill = {
  name: 'unreachable',
  broke: 'a node does not answer (SIGSTOP)',
  noticed: ['Unreachable (timed-out)', ...FAILED_STEP],
  diagnosis: 'unreachable',
  repair: 'the node answers again (SIGCONT); the retry completes',
  impossible: needsReplica,
  run: async (scene) => {
    const { service } = scene.deployment;
    const versionId = service.begin();
    scene.plan(BEFORE_LOGINS, () => {
      scene.breaks();
      scene.lastNode.pause();
    });
    try {
      await scene.mustFail(versionId);
      scene.expect(scene.count('ModifyReplicationGroup') === 0, 'the cache is not asked');
      await scene.diagnose();
    } finally {
      scene.lastNode.resume();
    }
    await scene.mustFinish(versionId);
  },
};

const UNTRUSTED_CERTIFICATE: Drill = {
  name: 'untrusted-certificate',
  broke: 'the function trusts a different certificate authority',
  noticed: ['Unreachable (certificate-not-trusted)', ...FAILED_STEP],
  diagnosis: 'unreachable',
  repair: 'it trusts the right authority; the retry completes',
  run: async (scene) => {
    const { service, caFile } = scene.deployment;
    const trusted = readFileSync(caFile);
    scene.breaks();
    await trust(scene, (await makeCertificates()).caPem);
    const versionId = service.begin();
    await scene.mustFail(versionId);
    scene.expect(scene.count('ModifyReplicationGroup') === 0, 'the cache is not asked');
    await scene.diagnose();
    await trust(scene, trusted);
    await scene.mustFinish(versionId);
  },
};

/** Restarts the function, which reads its certificate authority at startup. */
async function trust({ deployment }: Scene, pem: string | Buffer): Promise<void> {
  writeFileSync(deployment.caFile, pem, { mode: 0o600 });
  await deployment.rotation.stop();
}

export const CACHE_DRILLS: readonly Drill[] = [
  LAGGING_NODE,
  REPLACED_REPLICA,
  FAILOVER,
  ROTATED_BY_HAND,
  UNREACHABLE,
  UNTRUSTED_CERTIFICATE,
];
