/**
 * How clients log in to a cache, by its template: one password for all of them, or one user each
 * with a password of its own.
 */

import {
  all,
  find,
  type Named,
  only,
  type ResourceProperties,
  type Resources,
  referenced,
  resolvedText,
} from './template';

/** GenerateSecretString: how Secrets Manager generates the password. */
export interface GenerateSecretString {
  readonly SecretStringTemplate: string;
  readonly GenerateStringKey: string;
  readonly PasswordLength: number;
  readonly ExcludeCharacters: string;
  readonly RequireEachIncludedType: boolean;
}

/** A secret whose first value Secrets Manager generates. */
export interface GeneratedSecret {
  readonly id: string;
  readonly generate: GenerateSecretString;
}

/** A credentials secret and its rotation schedule. */
export interface RotatedSecret {
  readonly id: string;
  readonly schedule: string;
  readonly runsAtDeploy: boolean;
}

/** One password for every client. */
export interface PasswordAccess {
  readonly kind: 'password';
  readonly initial: GeneratedSecret;
  /** `secretString` has the dynamic reference in it, with ids in place of ARNs. */
  readonly credentials: RotatedSecret & { readonly secretString: string };
  /** A dynamic reference, with ids in place of ARNs. */
  readonly authToken: string;
}

/** Users with a password each. */
export interface UsersAccess {
  readonly kind: 'users';
  readonly secrets: readonly GeneratedSecret[];
  /** Secrets whose value the template has: what was deployed for the users. */
  readonly literals: readonly { readonly id: string; readonly secretString: string }[];
  readonly group: { readonly id: string; readonly engine: string };
  readonly users: readonly UserBlueprint[];
}

export interface UserBlueprint {
  /** Id in ElastiCache, not in the template. */
  readonly id: string;
  /** The name that clients log in with. */
  readonly name: string;
  readonly engine: string;
  readonly accessString: string;
  readonly login: 'password' | 'iam';
  /** Dynamic references, with ids in place of ARNs. */
  readonly passwords: readonly string[];
  /** Absent for a user whose password never changes. */
  readonly credentials?: RotatedSecret;
}

export type AccessBlueprint = PasswordAccess | UsersAccess;

/** @throws Error that names what the rehearsal does not support in the template. */
export function accessBlueprintOf(
  resources: Resources,
  group: ResourceProperties,
): AccessBlueprint {
  const { AuthToken, UserGroupIds: groups } = group;
  if (groups === undefined) return passwordAccess(resources, AuthToken);
  if (AuthToken !== undefined) {
    throw new Error(
      'the replication group must have one of AuthToken and UserGroupIds, got both. Remove one.',
    );
  }
  const userGroup = only('UserGroupIds', Array.isArray(groups) ? groups : [groups]);
  return usersAccess(resources, referenced(resources, userGroup));
}

function passwordAccess(resources: Resources, authToken: unknown): PasswordAccess {
  const schedule = find(resources, SCHEDULE);
  const [id, credentials] = referenced(resources, schedule[1].SecretId);
  return {
    kind: 'password',
    initial: only('generated secret', generatedSecrets(resources)),
    credentials: { ...rotated(id, schedule), secretString: resolvedText(credentials.SecretString) },
    authToken: resolvedText(authToken),
  };
}

function usersAccess(resources: Resources, [, userGroup]: Named): UsersAccess {
  const members = (userGroup.UserIds ?? []) as readonly unknown[];
  return {
    kind: 'users',
    secrets: generatedSecrets(resources),
    literals: all(resources, 'AWS::SecretsManager::Secret').flatMap(([id, { SecretString }]) =>
      SecretString === undefined ? [] : [{ id, secretString: resolvedText(SecretString) }],
    ),
    group: { id: resolvedText(userGroup.UserGroupId), engine: resolvedText(userGroup.Engine) },
    users: members.map((member) => userOf(resources, referenced(resources, member))),
  };
}

const SCHEDULE = 'AWS::SecretsManager::RotationSchedule';

function userOf(resources: Resources, [logicalId, user]: Named): UserBlueprint {
  const mode = (user.AuthenticationMode ?? {}) as ResourceProperties;
  const common = {
    id: resolvedText(user.UserId),
    name: resolvedText(user.UserName),
    engine: resolvedText(user.Engine),
    accessString: resolvedText(user.AccessString),
  };
  if (mode.Type === 'iam' && mode.Passwords === undefined) {
    return { ...common, login: 'iam', passwords: [] };
  }
  if (mode.Type !== 'password' || !Array.isArray(mode.Passwords)) {
    throw new Error(
      `AuthenticationMode of ${logicalId} must be of Type "password" with a list of Passwords, ` +
        `or of Type "iam" without, got Type ${JSON.stringify(mode.Type)}. The rehearsal has no ` +
        'other logins.',
    );
  }
  const passwords = mode.Passwords.map((each) => resolvedText(each));
  const schedule = all(resources, SCHEDULE).find(([, { SecretId }]) =>
    passwords.some((password) => secretsIn(password).includes(resolvedText(SecretId))),
  );
  return {
    ...common,
    login: 'password',
    passwords,
    credentials: schedule && rotated(resolvedText(schedule[1].SecretId), schedule),
  };
}

function rotated(id: string, [, schedule]: Named): RotatedSecret {
  const rules = schedule.RotationRules as ResourceProperties;
  return {
    id,
    schedule: resolvedText(rules.ScheduleExpression),
    runsAtDeploy: schedule.RotateImmediatelyOnUpdate === true,
  };
}

function generatedSecrets(resources: Resources): readonly GeneratedSecret[] {
  return all(resources, 'AWS::SecretsManager::Secret').flatMap(([id, { GenerateSecretString }]) =>
    GenerateSecretString === undefined
      ? []
      : [{ id, generate: GenerateSecretString as GenerateSecretString }],
  );
}

/** `{{resolve:secretsmanager:<id>:SecretString:<key>}}`, also with empty stage and version. */
const DYNAMIC_REFERENCE = /\{\{resolve:secretsmanager:(\w+):SecretString:(\w+)(?:::)?\}\}/g;

function secretsIn(dynamic: string): readonly string[] {
  return Array.from(dynamic.matchAll(DYNAMIC_REFERENCE), ([, id = '']) => id);
}

/** Resolves dynamic references as CloudFormation does. `read` returns a secret string by its id. */
export function resolveDynamic(value: string, read: (secretId: string) => string): string {
  return value.replace(DYNAMIC_REFERENCE, (_, id: string, key: string) =>
    String(JSON.parse(read(id))[key]),
  );
}

/** Every rotated secret, with the name that clients log in with. */
export function rotatedSecrets(
  access: AccessBlueprint,
): readonly { readonly username: string; readonly secret: RotatedSecret }[] {
  if (access.kind === 'password') return [{ username: 'default', secret: access.credentials }];
  return access.users.flatMap(({ name: username, credentials: secret }) =>
    secret === undefined ? [] : [{ username, secret }],
  );
}
