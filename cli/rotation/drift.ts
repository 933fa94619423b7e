/** What somebody has changed of the users of a cache, in lines for the screen. Pure. */

import {
  type AccessReport,
  type Drift,
  type DriftKind,
  type FailedAccessReport,
  isOfOperator,
  isOfSecret,
  isRestorable,
} from '../../contract/access-report';

type Words = (drift: Drift) => string;

const WORDS: Readonly<Record<DriftKind, Words>> = {
  'access-string': ({ user }) => `${user} may do something else than deployed`,
  authentication: ({ user, deployed = '', found = '' }) =>
    `${user} logs in by ${found}, deployed was ${deployed}`,
  'not-in-group': ({ user }) => `${user} is not in the user group: nobody can log in as it`,
  'foreign-member': ({ user }) => `${user} is in the user group, and was not deployed`,
  'not-attached': ({ user, deployed = '', found = '' }) =>
    `${user} has ${found}; deployed was the user group ${deployed}`,
  'secret-newer': ({ user }) =>
    `${user} with what was deployed is newer than the function: a deploy is running, or somebody ` +
    'has edited it; users are not compared',
  'secret-edited': ({ user }) =>
    `${user} with what was deployed was edited; users are not compared, and not restored`,
  missing: ({ user }) => `${user} was deleted; deploy the stack again after removing it there`,
};

/** The change, and the access strings below it. */
function driftLines(drift: Drift): readonly string[] {
  const { kind, deployed, found } = drift;
  const strings = kind === 'access-string' ? [`  deployed: ${deployed}`, `  now: ${found}`] : [];
  return [WORDS[kind](drift), ...strings];
}

/** Absent if nothing differs. */
export function accessLines(access: AccessReport | FailedAccessReport): readonly string[] {
  if ('error' in access)
    return ['access-unknown: the function could not compare', `  ${access.error}`];
  const { drifts, isSettled, isCacheSettled, unchecked = [] } = access;
  const unknown = unchecked.map(
    ({ user, why }) => `access-unknown: the function could not compare ${user}: ${why}`,
  );
  if (drifts.length === 0) {
    const changing = [
      ...(isSettled ? [] : ['access: users are being modified, so not all could be compared']),
      ...(isCacheSettled === false
        ? ['access: the cache is being modified, so its user group could not be compared']
        : []),
    ];
    return [...unknown, ...changing];
  }
  return [
    ...unknown,
    'access-drift: users or the user group differ from what was deployed',
    ...drifts.flatMap(driftLines).map((line) => `  seen: ${line}`),
    `  next: ${nextOf(drifts)}`,
  ];
}

function nextOf(drifts: readonly Drift[]): string {
  if (drifts.some(isOfSecret)) {
    return (
      'once no deploy is running, find who called PutSecretValue or UpdateSecretVersionStage ' +
      '(CloudTrail), and put the deployed text back (docs/operate.md, A cache with users)'
    );
  }
  const calls = drifts.some(isOfOperator)
    ? 'ModifyReplicationGroup, ModifyUser or ModifyUserGroup'
    : 'ModifyUser or ModifyUserGroup';
  const who = `find who called ${calls} (CloudTrail)`;
  if (!drifts.some((each) => isRestorable(each) || isOfOperator(each))) return who;
  return `${who}; \`recover --apply\` without --user gives all of them what was deployed`;
}

/** Whether a person must act: for users that are being modified, nobody. */
export function needsPerson(access: AccessReport | FailedAccessReport | undefined): boolean {
  if (access === undefined) return false;
  if ('error' in access) return true;
  return access.drifts.length > 0 || (access.unchecked ?? []).length > 0;
}

const ATTACHES =
  'the user group is attached again by your own credentials (ModifyReplicationGroup), and any ' +
  'other user group or password of the cache is taken from it';

/** What taking the changes back means for clients. */
export function restoreCost({ drifts }: AccessReport): readonly string[] {
  const restorable = drifts.filter((each) => isRestorable(each) || isOfOperator(each));
  if (restorable.length === 0) return [];
  return [
    ...restorable.flatMap(driftLines),
    ...(drifts.some(isOfOperator) ? [ATTACHES] : []),
    'each of them gets what was deployed: clients that need the changed rights are refused, and ' +
      'a user that somebody has switched off on purpose can log in again',
  ];
}
