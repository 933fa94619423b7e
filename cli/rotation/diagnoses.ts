/**
 * The closed set of diagnoses: meaning, what to do next, and the repair steps of the command line.
 * The texts must agree with `lambda/rotation/rotation-error.ts`.
 */

export type Step =
  /** RotateSecret, which retries the pending version. */
  | 'resume'
  /** Remove AWSPENDING, so that a new rotation can begin. */
  | 'remove-pending'
  /** RotateSecret, which starts a new rotation. */
  | 'rotate'
  /** Make the cache refuse every password but the current one. */
  | 'revoke'
  /** Send the passwords of a user again: a node refuses the current one. */
  | 'send-again';

interface Meaning {
  readonly means: string;
  readonly next: string;
  readonly steps: readonly Step[];
  readonly needsPerson: boolean;
}

export const STEP_WORDS: Readonly<Record<Step, string>> = {
  resume: 'RotateSecret: Secrets Manager retries the pending version',
  'remove-pending': 'remove AWSPENDING from the pending version',
  rotate: 'RotateSecret: begin a new rotation',
  revoke: 'revoke every password but the current one',
  'send-again': 'send the passwords of the user again, as a daily check does',
};

const fine = { steps: [], needsPerson: false } as const;
const forPerson = { steps: [], needsPerson: true } as const;
const by = (...steps: readonly Step[]) => ({ steps, needsPerson: true });

export const DIAGNOSES = {
  well: {
    means: 'every node accepts only the current password',
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
    means: 'the grace period of the previous password is over; the next daily check revokes it',
    next: 'nothing; `revoke` does it now',
    ...fine,
  },
  rotating: {
    means: 'a rotation began recently and is in progress; clients use the current password',
    next: 'wait: a change can take 20 minutes; then check again',
    ...fine,
  },
  changing: {
    means: 'ElastiCache is modifying the cache, so the answers of its nodes are not conclusive yet',
    next: 'wait: a change can take 20 minutes; after an hour, look at the events of the cache',
    ...fine,
  },
  busy: {
    means: 'the function runs a rotation or another daily check, so it could not check the cache',
    next: 'try again in a minute; a step of a rotation takes 15 minutes at most',
    ...forPerson,
  },
  'open-access': {
    means: 'a node allows unauthenticated or plaintext access: the cache is open',
    next:
      'close the security group of the cache now; then find who changed the cache ' +
      '(ModifyReplicationGroup in CloudTrail) and undo it',
    ...forPerson,
  },
  'user-open': {
    means:
      'somebody has set the user to need no password: everybody who reaches the cache may be it',
    next:
      '`recover --apply` gives the user its passwords again, as the next daily check does; ' +
      'then find who called ModifyUser; sessions without a password stay, so restart clients',
    ...by('send-again'),
  },
  unreachable: {
    means:
      'a node does not answer, so the state is unknown; the rotation changes nothing meanwhile',
    next: 'check security groups, node health and certificates; a pending rotation then resumes',
    ...forPerson,
  },
  'current-refused': {
    means:
      'every node refuses the current password, so clients fail: it was changed outside of the ' +
      'rotation, or the cache was replaced and has the initial password',
    next:
      'docs/operate.md#currentrefused: find who called ModifyReplicationGroup, or whether a ' +
      'deploy replaced the cache; put a password that the cache accepts into AWSCURRENT; ' +
      'then `rotate`',
    ...forPerson,
  },
  'user-locked-out': {
    means: 'somebody has locked the user out: no password opens it, so none is sent again',
    next:
      '`recover --apply` without --user gives it what was deployed, unless it was locked out on ' +
      'purpose; then find who called ModifyUser, ModifyUserGroup or ModifyReplicationGroup',
    ...forPerson,
  },
  'current-refused-by-some': {
    means: 'some nodes refuse the current password, so clients of these nodes fail',
    next: 'look at the events of the cache and replace these nodes, a primary by a failover first',
    ...forPerson,
  },
  'only-pending-accepted': {
    means:
      'the cache accepts the pending password, and some nodes refuse the current one: clients ' +
      'fail until the rotation ends',
    next: 'resume the rotation at once: it makes the pending password current',
    ...by('resume'),
  },
  'only-previous-accepted': {
    means:
      'the cache accepts the previous password and not the current one: AWSCURRENT was moved ' +
      'manually, or the last rotation was undone in the cache',
    next: 'move AWSCURRENT back to the version with AWSPREVIOUS, then `rotate`',
    ...forPerson,
  },
  'out-of-band-change': {
    means:
      'out-of-band change of the cache passwords since the last rotation or revocation; ' +
      'the next rotation will stop, since it could invalidate the current password',
    next: 'revoke every password but the current one; find who called ModifyReplicationGroup',
    ...by('revoke'),
  },
  'out-of-band-change-pending': {
    means:
      'out-of-band change of the cache passwords, so the pending rotation stops: it could ' +
      'invalidate the current password',
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
    means: 'a rotation is stuck before its request to the cache: no node accepts the new password',
    next: 'resume it: the retry sends the request',
    ...by('resume'),
  },
  'pending-refused': {
    means:
      'a rotation is stuck: every node refuses the new password; the request may have been sent',
    next: 'resume it: the retry repeats the request; if that fails, check the events of the cache',
    ...by('resume'),
  },
  'pending-live-on-some': {
    means: 'a rotation is stuck half-way: some nodes accept the new password, others do not yet',
    next: 'resume it: the retry checks every node; after an hour, replace the nodes that refuse',
    ...by('resume'),
  },
  'pending-live': {
    means: 'a rotation is stuck before its end: every node accepts the new password already',
    next: 'resume it: the retry has only to make the new password current',
    ...by('resume'),
  },
  'pending-was-current': {
    means:
      'a version with the same password was put into AWSCURRENT manually, and AWS left ' +
      'AWSPENDING on the version before, so every rotation retries that version',
    next: 'resume it: the version before becomes current again, which undoes the edit',
    ...by('resume'),
  },
  'pending-over-abandoned': {
    means:
      'a rotation is stuck after an abandoned rotation whose password may be live; ' +
      'another new password could invalidate the current password',
    next: 'remove AWSPENDING and start a new rotation, which finds that password and uses it',
    ...by('remove-pending', 'rotate'),
  },
  'pending-malformed': {
    means: 'the pending version was edited: the function did not write its value',
    next: 'remove AWSPENDING and start a new rotation',
    ...by('remove-pending', 'rotate'),
  },
  malformed: {
    means: 'a version of the secret was edited: the function did not write its value',
    next: 'docs/operate.md#secretmalformed: move AWSCURRENT back, then remove AWSPREVIOUS',
    ...forPerson,
  },
  'newest-unclear': {
    means: 'a rotation was abandoned, and the cache may still accept its password',
    next: 'start a new rotation, which finds that password and uses it',
    ...by('rotate'),
  },
  'rotation-off': {
    means: 'rotation is turned off (CancelRotateSecret): the password would never change',
    next: 'rotate, which turns it on again; find out who turned it off',
    ...by('rotate'),
  },
  'never-rotated': {
    means: 'the current password is still the initial password, which CloudFormation has seen',
    next: 'rotate; if the deploy has just ended, its own rotation may be about to start',
    ...by('rotate'),
  },
  'rotation-overdue': {
    means: 'the date of the next rotation has passed by more than a day, and nothing is pending',
    next: 'rotate; then find out why Secrets Manager did not start the rotation',
    ...by('rotate'),
  },
  'previous-overdue': {
    means: 'the previous password is accepted two days after its grace period: no daily check runs',
    next: 'revoke it; then check the schedule of the daily check and the log of the function',
    ...by('revoke'),
  },
  'function-failed': {
    means: 'the function failed, so the state is unknown',
    next: 'follow its error message; docs/operate.md has a heading per code',
    ...forPerson,
  },
} as const satisfies Readonly<Record<string, Meaning>>;

export type DiagnosisId = keyof typeof DIAGNOSES;

export const DIAGNOSIS_IDS = Object.keys(DIAGNOSES) as readonly DiagnosisId[];
