/**
 * A change of `access` of a deployed cache, between one password and users: one line with the way
 * that works, in the place of one line per secret, schedule, IAM user and property.
 */

import { permissionName, type Replacement } from './change-effects';
import { GROUP, IAM_USER, SCHEDULE, SECRET } from './update-table';

/** The properties of a replication group by which clients log in: one of them is set. */
const LOGINS = ['AuthToken', 'UserGroupIds'];

/** A stack whose cache gets another kind of access. */
export interface AccessMove {
  readonly stackName: string;
  readonly was: AccessWords;
  readonly now: AccessWords;
}

type AccessWords = 'one password' | 'users';

/** Whether a property is one by which clients log in, and appears or goes. */
function isLogin({ type, property = '', was, now }: Replacement): boolean {
  return type === GROUP && LOGINS.includes(property) && (was === undefined || now === undefined);
}

export function accessMoves(replacements: readonly Replacement[]): readonly AccessMove[] {
  return replacements.flatMap((each): readonly AccessMove[] => {
    const { stackName, property, was } = each;
    if (!isLogin(each) || property !== 'UserGroupIds') return [];
    return was === undefined
      ? [{ stackName, was: 'one password', now: 'users' }]
      : [{ stackName, was: 'users', now: 'one password' }];
  });
}

/** The types of resources that a login has for itself. */
const OF_LOGIN = [SECRET, SCHEDULE, IAM_USER];

/** Whether a replacement is part of a move: a login, or a resource of one. */
export function isPartOf({ stackName }: AccessMove, replacement: Replacement): boolean {
  const { type, property } = replacement;
  if (replacement.stackName !== stackName) return false;
  return isLogin(replacement) || (OF_LOGIN.includes(type) && property === undefined);
}

/** `parts` are the replacements of the move that the stage does not allow. */
export function moveRefusal(
  { stackName, was, now }: AccessMove,
  file: string,
  parts: readonly Replacement[],
  path: string,
): string {
  const names = parts.map((part) => JSON.stringify(permissionName(part))).join(', ');
  return (
    `${stackName}: access must stay ${was}, as in ${file}, got ${now}: CloudFormation makes a ` +
    'new, empty cache in its place, or changes it in place, and then every client is refused: ' +
    "AWS's sources disagree. Change it back, and move the clients to a second cache " +
    `(docs/move-to-users.md). If an empty cache without clients is meant, add ${names} to ` +
    `\`${path}allowReplacement\`.`
  );
}
