/**
 * The closed set of diagnoses: what each means, what to do next, and the steps with which the
 * command line can do it. The texts agree with `lambda/rotation/rotation-error.ts`.
 */

export type Step =
  /** RotateSecret, which attempts the pending version again. */
  | 'resume'
  /** Take AWSPENDING away, so that a new rotation can begin. */
  | 'remove-pending'
  /** RotateSecret anew. */
  | 'rotate'
  /** Make every password but the current one refused. */
  | 'revoke';

interface Meaning {
  readonly means: string;
  readonly next: string;
  readonly steps: readonly Step[];
  readonly needsPerson: boolean;
}

export const STEP_WORDS: Readonly<Record<Step, string>> = {
  resume: 'RotateSecret: Secrets Manager attempts the pending version again',
  'remove-pending': 'take AWSPENDING from the pending version',
  rotate: 'RotateSecret: begin a new rotation',
  revoke: 'revoke every password but the current one',
};

const fine = { steps: [], needsPerson: false } as const;
const forPerson = { steps: [], needsPerson: true } as const;
const by = (...steps: readonly Step[]) => ({ steps, needsPerson: true });

export const DIAGNOSES = {
  well: {
    means: 'every node accepts the current password and no other one',
    next: 'nothing',
    ...fine,
  },
  'in-grace': {
    means:
      'every node accepts the current password, and the previous one until its grace period is ' +
      'over or the next rotation begins',
    next: 'nothing; if the previous password has leaked: `revoke --end-sessions`',
    ...fine,
  },
  due: {
    means: 'the time of the previous password is over; the next daily check revokes it',
    next: 'nothing; `revoke` does it now',
    ...fine,
  },
  rotating: {
    means: 'a rotation began a short while ago, and AWS works on it; clients use the current one',
    next: 'wait: a change can take 20 minutes; then look again',
    ...fine,
  },
  changing: {
    means: 'ElastiCache is changing the cache, so what its nodes answer proves nothing yet',
    next: 'wait: a change can take 20 minutes; after an hour, look at the events of the cache',
    ...fine,
  },
  busy: {
    means:
      'the function runs a rotation or a daily check, and only one at a time: nothing was seen',
    next: 'try again in a minute; a step of a rotation takes 15 minutes at most',
    ...forPerson,
  },
  'open-access': {
    means: 'a node answers somebody without a password or without TLS: the cache is open',
    next:
      'close the security group of the cache now; then find who changed the cache ' +
      '(ModifyReplicationGroup in CloudTrail) and undo it',
    ...forPerson,
  },
  unreachable: {
    means: 'a node cannot be asked, which proves nothing; the rotation changes nothing meanwhile',
    next: 'check security groups, node health and certificates; a pending rotation then resumes',
    ...forPerson,
  },
  'current-refused': {
    means:
      'every node refuses the current password, so clients fail: it was changed elsewhere, or ' +
      'the cache was replaced and has the initial password',
    next:
      'docs/operate.md#currentrefused: find who called ModifyReplicationGroup, or whether a ' +
      'deploy replaced the cache; put a password that it accepts into AWSCURRENT, then `rotate`',
    ...forPerson,
  },
  'current-refused-by-some': {
    means: 'some nodes refuse the current password, so clients of these nodes fail',
    next: 'look at the events of the cache and replace these nodes, a primary by a failover first',
    ...forPerson,
  },
  'only-pending-accepted': {
    means:
      'the cache accepts the pending password and not everywhere the current one, so clients ' +
      'fail until the rotation ends',
    next: 'resume the rotation at once: it makes the pending password current',
    ...by('resume'),
  },
  'only-previous-accepted': {
    means:
      'the cache accepts the previous password and not the current one: AWSCURRENT was moved by ' +
      'hand, or the last rotation was undone in the cache',
    next: 'move AWSCURRENT back to the version with AWSPREVIOUS, then `rotate`',
    ...forPerson,
  },
  'out-of-band-change': {
    means:
      'somebody else changed the passwords of the cache since the last rotation or revocation; ' +
      'the next rotation will stop at this, since it could push out the current password',
    next: 'revoke every password but the current one; find who called ModifyReplicationGroup',
    ...by('revoke'),
  },
  'out-of-band-change-pending': {
    means:
      'somebody else changed the passwords of the cache, so the pending rotation stops: it could ' +
      'push out the current password',
    next:
      'revoke every password but the current one, then resume the rotation; find who called ' +
      'ModifyReplicationGroup',
    ...by('revoke', 'resume'),
  },
  'pending-without-value': {
    means: 'a rotation is stuck before its first step ended: its version has no password yet',
    next: 'resume it: the retry starts at createSecret',
    ...by('resume'),
  },
  'pending-not-asked': {
    means: 'a rotation is stuck before the cache was asked: the new password is nowhere accepted',
    next: 'resume it: the retry asks the cache',
    ...by('resume'),
  },
  'pending-refused': {
    means: 'a rotation is stuck: the cache may have been asked, and every node refuses the new one',
    next: 'resume it: the retry asks again; if it goes on, look at the events of the cache',
    ...by('resume'),
  },
  'pending-live-on-some': {
    means: 'a rotation is stuck half-way: some nodes accept the new password and some do not yet',
    next: 'resume it: the retry proves every node; after an hour, replace the nodes that refuse',
    ...by('resume'),
  },
  'pending-live': {
    means: 'a rotation is stuck before its end: every node accepts the new password already',
    next: 'resume it: the retry has only to make the new password current',
    ...by('resume'),
  },
  'pending-was-current': {
    means:
      'somebody put a version with the same password into AWSCURRENT by hand, and AWS left ' +
      'AWSPENDING on the version before, so every rotation attempts that one again',
    next: 'resume it: the version before becomes current again, which undoes what was edited',
    ...by('resume'),
  },
  'pending-over-abandoned': {
    means:
      'a rotation is stuck over an earlier one that was taken back, whose password may be live; ' +
      'one more new password could push out the current one',
    next: 'remove AWSPENDING and start a new rotation, which finds that password and uses it',
    ...by('remove-pending', 'rotate'),
  },
  'pending-malformed': {
    means: 'the pending version is not what the function wrote: somebody edited it',
    next: 'remove AWSPENDING and start a new rotation',
    ...by('remove-pending', 'rotate'),
  },
  malformed: {
    means: 'a version of the secret is not what the function wrote: somebody edited it',
    next: 'docs/operate.md#secretmalformed: move AWSCURRENT back, then take AWSPREVIOUS off',
    ...forPerson,
  },
  'newest-unclear': {
    means: 'a rotation was taken back, and its password may still be accepted by the cache',
    next: 'start a new rotation, which finds that password and uses it',
    ...by('rotate'),
  },
  'rotation-off': {
    means: 'rotation is turned off (CancelRotateSecret): the password would stay for ever',
    next: 'rotate, which turns it on again; find who turned it off',
    ...by('rotate'),
  },
  'never-rotated': {
    means: 'the current password is still the one that CloudFormation has seen',
    next: 'rotate; if the deploy has just ended, its own rotation may be about to start',
    ...by('rotate'),
  },
  'rotation-overdue': {
    means: 'the date of the next rotation has passed by more than a day, and nothing is pending',
    next: 'rotate; if it ends, look why Secrets Manager did not start it',
    ...by('rotate'),
  },
  'previous-overdue': {
    means:
      'the previous password is accepted two days after its time: the daily check does not run',
    next: "revoke it; then look at the daily check's schedule and at the log of the function",
    ...by('revoke'),
  },
  'function-failed': {
    means: 'the function could not look, so nothing is known',
    next: 'do what its own words say; docs/operate.md has a heading for each code',
    ...forPerson,
  },
} as const satisfies Readonly<Record<string, Meaning>>;

export type DiagnosisId = keyof typeof DIAGNOSES;

export const DIAGNOSIS_IDS = Object.keys(DIAGNOSES) as readonly DiagnosisId[];
