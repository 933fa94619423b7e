/** The lines of `verify` about a managed cache and its secret, from their facts. Pure. */

import type { Purpose } from '../../../lib/settings/purpose';
import { failed, notTold, passed, type VerifyLine } from '../line';
import type { Fact } from '../server/fact';
import { lineOf } from '../server/login-lines';
import type { AlarmFacts, GroupFacts, ManagedFacts, ManagedSecret } from './managed-facts';

/** The practice rotates every 90 days; a rotation begins within its window of a day. */
export const PASSWORD_DAYS_MAX = 91;

const DAY_MS = 24 * 60 * 60 * 1000;

export const MANAGED_LINE_IDS: readonly string[] = [
  'secret-key',
  'rotation-on',
  'password-age',
  'login-required',
  'transit-encryption-required',
  'encrypted-at-rest',
  'snapshots',
  'failover',
  'minor-versions',
  'security-group-closed',
  'alarms-subscribed',
];

export function managedLines(
  { secret, group, isOpenToAll, alarms }: ManagedFacts,
  { purpose, today }: { readonly purpose?: Purpose; readonly today: Date },
): readonly VerifyLine[] {
  return [
    keyLine(secret),
    rotationLine(secret, today),
    ageLine(secret, today),
    loginLine(group),
    transitLine(group),
    restLine(group),
    snapshotLine(group, purpose),
    failoverLine(group, purpose),
    minorLine(group),
    closedLine(isOpenToAll),
    alarmLine(alarms),
  ];
}

const OF_AWS = /(^|\/)aws\//;

function keyLine(secret: Fact<ManagedSecret>): VerifyLine {
  const [id, claim] = ['secret-key', 'the secret is encrypted with a key of this account'];
  return lineOf(id, claim, secret, ({ keyId }) =>
    keyId === undefined || OF_AWS.test(keyId)
      ? failed(id, claim, 'the key is that of AWS', 'Give the secret a customer managed key')
      : passed(id, claim, keyId),
  );
}

function rotationLine(secret: Fact<ManagedSecret>, today: Date): VerifyLine {
  const [id, claim] = ['rotation-on', 'the password rotates by itself'];
  return lineOf(id, claim, secret, ({ isRotationOn, nextAt }) => {
    if (!isRotationOn) return failed(id, claim, 'rotation is turned off', 'Deploy the stack again');
    if (nextAt !== undefined && today.getTime() > Date.parse(nextAt) + DAY_MS) {
      const due = `a rotation was due by ${nextAt.slice(0, 10)}, and has not succeeded`;
      return failed(id, claim, due, 'Read the log of the rotation function, and rotate again');
    }
    const next = nextAt === undefined ? '' : `, next until ${nextAt.slice(0, 10)}`;
    return passed(id, claim, `rotation is on${next}`);
  });
}

function ageLine(secret: Fact<ManagedSecret>, today: Date): VerifyLine {
  const [id, claim] = ['password-age', `the password is at most ${PASSWORD_DAYS_MAX} days old`];
  return lineOf(id, claim, secret, ({ changedAt }) => {
    if (changedAt === undefined) return notTold(id, claim, 'AWS tells no date of the secret');
    const days = Math.floor((today.getTime() - Date.parse(changedAt)) / DAY_MS);
    const evidence = `${days} days, since ${changedAt.slice(0, 10)}`;
    return days <= PASSWORD_DAYS_MAX
      ? passed(id, claim, evidence)
      : failed(id, claim, evidence, 'Run `npx secure-redis rotate`');
  });
}

function loginLine(group: Fact<GroupFacts>): VerifyLine {
  const [id, claim] = ['login-required', 'the cache has a password or users'];
  return lineOf(id, claim, group, ({ hasAuthToken, userGroups }) => {
    if (userGroups.length > 0) return passed(id, claim, `users of ${userGroups.join(', ')}`);
    if (hasAuthToken) return passed(id, claim, 'one password for all clients');
    return failed(id, claim, 'neither', 'Set an AUTH token, or attach a user group');
  });
}

function transitLine(group: Fact<GroupFacts>): VerifyLine {
  const [id, claim] = ['transit-encryption-required', 'encryption in transit is required'];
  return lineOf(id, claim, group, ({ isTransitEncrypted, transitMode = 'required' }) => {
    if (isTransitEncrypted === undefined) return notTold(id, claim, 'AWS does not tell');
    const evidence = isTransitEncrypted ? transitMode : 'off';
    return isTransitEncrypted && transitMode === 'required'
      ? passed(id, claim, evidence)
      : failed(id, claim, evidence, 'Set TransitEncryptionEnabled, with the mode `required`');
  });
}

function restLine(group: Fact<GroupFacts>): VerifyLine {
  const id = 'encrypted-at-rest';
  const claim = 'data at rest is encrypted with a key of this account';
  return lineOf(id, claim, group, ({ isEncryptedAtRest, keyId }) => {
    if (isEncryptedAtRest === undefined) return notTold(id, claim, 'AWS does not tell');
    const fix = 'Only a new cache can be encrypted with another key: restore a snapshot into one';
    if (!isEncryptedAtRest) return failed(id, claim, 'not encrypted', fix);
    if (keyId === undefined) return failed(id, claim, 'the key is that of AWS', fix);
    return passed(id, claim, keyId);
  });
}

function snapshotLine(group: Fact<GroupFacts>, purpose: Purpose | undefined): VerifyLine {
  const [id, claim] = ['snapshots', 'snapshots are kept, if data must survive'];
  return lineOf(id, claim, group, ({ snapshotDays }) => {
    if (snapshotDays === undefined) return notTold(id, claim, 'AWS does not tell');
    const evidence = `snapshots are kept for ${snapshotDays} days`;
    if (snapshotDays > 0) return passed(id, claim, evidence);
    if (purpose === undefined) {
      return notTold(id, claim, evidence, 'Name the use of the cache with --purpose');
    }
    const needed = purpose.snapshotRetentionDaysMin;
    if (needed === 0) return passed(id, claim, 'a cache can be rebuilt');
    return failed(id, claim, evidence, `Keep them for ${needed} days or more`);
  });
}

function failoverLine(group: Fact<GroupFacts>, purpose: Purpose | undefined): VerifyLine {
  const [id, claim] = ['failover', 'a failed node is replaced by a replica in another zone'];
  return lineOf(id, claim, group, ({ nodes, hasFailover, isInZones }) => {
    if (hasFailover === undefined || isInZones === undefined) {
      return notTold(id, claim, 'AWS does not tell');
    }
    const onOff = (isOn: boolean) => (isOn ? 'on' : 'off');
    const nodeWord = nodes === 1 ? 'node' : 'nodes';
    const evidence =
      `${nodes} ${nodeWord}, automatic failover is ${onOff(hasFailover)}, ` +
      `Multi-AZ is ${onOff(isInZones)}`;
    if (nodes > 1 && hasFailover && isInZones) return passed(id, claim, evidence);
    if (purpose === undefined) {
      return notTold(id, claim, evidence, 'Name the use of the cache with --purpose');
    }
    if (purpose.id === 'cache') return passed(id, claim, `${evidence}; a cache can be rebuilt`);
    const fix = 'Add a replica, and turn on AutomaticFailoverEnabled and MultiAZEnabled';
    return failed(id, claim, evidence, fix);
  });
}

function minorLine(group: Fact<GroupFacts>): VerifyLine {
  const [id, claim] = [
    'minor-versions',
    'minor versions, which fix vulnerabilities, are installed',
  ];
  return lineOf(id, claim, group, ({ installsMinorVersions: isOn }) => {
    if (isOn === undefined) return notTold(id, claim, 'AWS does not tell');
    return isOn
      ? passed(id, claim, 'AutoMinorVersionUpgrade is on')
      : failed(id, claim, 'AutoMinorVersionUpgrade is off', 'Turn it on');
  });
}

function closedLine(isOpenToAll: Fact<boolean>): VerifyLine {
  const [id, claim] = ['security-group-closed', 'no security group lets in every address'];
  return lineOf(id, claim, isOpenToAll, (isOpen) =>
    isOpen
      ? failed(
          id,
          claim,
          'a rule for the port lets in 0.0.0.0/0 or ::/0',
          'Let in the security groups of clients',
        )
      : passed(id, claim, 'no rule for the port lets in 0.0.0.0/0 or ::/0'),
  );
}

function alarmLine(alarms: Fact<AlarmFacts>): VerifyLine {
  const [id, claim] = ['alarms-subscribed', 'alarms notify somebody'];
  return lineOf(id, claim, alarms, ({ total, silent, subscribers }) => {
    if (total === 0) return failed(id, claim, 'no alarms', 'Deploy the stack again');
    if (silent > 0) {
      const fix = 'Set `shared.alarmEmail` or `shared.alarmTopic`, and deploy';
      return failed(id, claim, `${silent} of ${total} alarms notify nobody`, fix);
    }
    const counts = Array.from(subscribers.values());
    const none = counts.filter((count) => count === 0).length;
    if (none > 0) {
      const fix = 'Confirm the subscription: AWS sends a link to each address';
      return failed(id, claim, `${none} topics of ${total} alarms have no subscriber`, fix);
    }
    if (counts.length === 0 || counts.includes(undefined)) {
      return notTold(id, claim, `${total} alarms; AWS does not tell who is subscribed`);
    }
    return passed(id, claim, `${total} alarms, all with a confirmed subscriber`);
  });
}
