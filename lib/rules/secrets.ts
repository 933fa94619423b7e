/**
 * Rules of the secrets of a cache and of their rotation schedules.
 *
 * An update of a secret may send its SecretString again, which would overwrite the live password.
 */

import type { CfnRotationSchedule, CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import { listItems } from './expressions';
import { otherPrincipals } from './principals';
import type { RenderedResource } from './rendered-stack';
import {
  asMade,
  clipped,
  type Finding,
  isMade,
  type Made,
  madeOf,
  noOther,
  type Rule,
  type Subject,
} from './rule';

export interface SecretsSubject extends Subject {
  readonly made: ReadonlyMap<CfnSecret, Made>;
  /** The secrets of a cache without rotation, which may have no schedule. */
  readonly fixed: readonly CfnSecret[];
}

/** Call it directly after creating the secrets, before they can be changed. */
export function secretsSubject(
  resources: readonly CfnSecret[],
  fixed: readonly CfnSecret[] = [],
): SecretsSubject {
  const made = resources.map(
    (secret) =>
      [
        secret,
        madeOf({
          GenerateSecretString: secret.generateSecretString,
          SecretString: secret.secretString,
          KmsKeyId: secret.kmsKeyId,
        }),
      ] as const,
  );
  return { resources, made: new Map(made), fixed };
}

export interface ScheduleSubject extends Subject {
  readonly schedule: CfnRotationSchedule;
  /** The secrets that may have no other schedule. */
  readonly secrets: readonly CfnSecret[];
  readonly made: Made;
}

/** Call it directly after creating the schedule. */
export function scheduleSubject(
  schedule: CfnRotationSchedule,
  secrets: readonly CfnSecret[],
): ScheduleSubject {
  const made = madeOf({
    SecretId: schedule.secretId,
    RotationLambdaARN: schedule.rotationLambdaArn,
    RotationRules: schedule.rotationRules,
    RotateImmediatelyOnUpdate: schedule.rotateImmediatelyOnUpdate,
    HostedRotationLambda: schedule.hostedRotationLambda,
  });
  return { schedule, secrets, resources: [schedule], made };
}

const PROTECTS = 'both secrets';
const SCHEDULE = 'AWS::SecretsManager::RotationSchedule';
const REMOVE = 'Remove what changes it.';
const VALUE = ['GenerateSecretString', 'SecretString'];
const JUDGED = [...VALUE, 'KmsKeyId', 'Tags'];

/** A rule on properties of both secrets, with the recorded values. */
function ofEach(
  text: Omit<Rule<SecretsSubject>, 'judge'>,
  find: (resource: RenderedResource, made: Made) => readonly Omit<Finding, 'resource'>[],
): Rule<SecretsSubject> {
  return {
    ...text,
    judge: ({ made }, app) =>
      Array.from(made).flatMap(([secret, properties]) =>
        app
          .branches(secret)
          .flatMap((resource) =>
            find(resource, properties).map((finding) => ({ resource, ...finding })),
          ),
      ),
  };
}

const value = ofEach(
  {
    id: 'secret-value',
    properties: VALUE,
    protects: PROTECTS,
    why: 'a literal is readable in the template, and each deploy may send it again',
    allowed: 'as the construct sets it: generated, and taken over from the initial secret',
    fix: `${REMOVE} To change the password, rotate it.`,
  },
  (resource, made) =>
    VALUE.filter((part) => !isMade(resource, part, made[part])).map((part) => ({
      part,
      given: printedValue(resource.properties[part]),
    })),
);

/** Never prints the value: even a template of it can hold a password. */
function printedValue(given: unknown): string {
  if (given === undefined) return 'nothing';
  return typeof given === 'string' ? 'a literal value' : 'another value';
}

const key = ofEach(
  {
    id: 'secret-key',
    properties: ['KmsKeyId'],
    protects: PROTECTS,
    why: "with AWS's own key, all principals of the account that read the secret can decrypt it",
    allowed: "the cache's key",
    fix: 'Pass the key as the prop `encryptionKey`.',
  },
  (resource, made) =>
    isMade(resource, 'KmsKeyId', made.KmsKeyId)
      ? []
      : [{ part: 'KmsKeyId', given: clipped(resource.properties.KmsKeyId) }],
);

const tags = ofEach(
  {
    id: 'secret-tags',
    properties: ['Tags'],
    protects: PROTECTS,
    why: 'changing a tag updates the secret, which would overwrite the live password',
    allowed: 'absent',
    fix: 'Remove the override. `Tags.of(scope).add(…)` leaves the secrets out by itself.',
  },
  ({ properties: { Tags } }) => {
    if (Tags === undefined) return [];
    const keys = listItems(Tags).map((tag) => String(tag.Key ?? ''));
    return [{ part: 'Tags', given: keys.join(', ') }];
  },
);

const properties = ofEach(
  {
    id: 'secret-properties',
    properties: ['every other property'],
    protects: PROTECTS,
    why: 'changing any property updates the secret, which would overwrite the live password',
    allowed: 'absent',
    fix: 'Remove the override.',
  },
  (resource) =>
    Object.keys(resource.properties)
      .filter((part) => !JUDGED.includes(part))
      .map((part) => ({ part, given: 'a value' })),
);

const attachment = noOther<SecretsSubject>(
  [['AWS::SecretsManager::SecretTargetAttachment', 'SecretId']],
  ({ resources }) => resources,
  {
    id: 'secret-attachment',
    protects: PROTECTS,
    why: 'it writes its own value into the secret and overwrites the live password',
    allowed: 'another secret',
    fix: 'Remove the attachment: the secret has host and port by itself.',
  },
);

const unrotated = noOther<SecretsSubject>([[SCHEDULE, 'SecretId']], ({ fixed }) => fixed, {
  id: 'secret-without-schedule',
  protects: 'the secrets of a cache whose users all log in by IAM',
  why: 'none of them rotates: a schedule would write its own value over what was deployed',
  allowed: "a secret other than the cache's",
  fix: 'Remove it: a cache whose users all log in by IAM has no password to rotate.',
});

const policy: Rule<SecretsSubject> = {
  id: 'secret-policy',
  properties: ['AWS::SecretsManager::ResourcePolicy ResourcePolicy'],
  protects: PROTECTS,
  why: 'a policy on the secret admits its principals regardless of their own policies',
  allowed: 'of this account',
  fix:
    'Name roles of this account, whose number the stack has as `env.account`, or grant with ' +
    '`grantRead(role)`.',
  judge: ({ resources }, app) =>
    resources.flatMap((secret) => {
      const named = app.find(secret);
      if (named === undefined) return [];
      return app
        .naming('AWS::SecretsManager::ResourcePolicy', 'SecretId', named)
        .flatMap((resource) => otherPrincipals(resource, 'ResourcePolicy', app));
    }),
};

export const SECRET_RULES: readonly Rule<SecretsSubject>[] = [
  value,
  key,
  tags,
  properties,
  policy,
  attachment,
  unrotated,
];

export const SCHEDULE_RULES: readonly Rule<ScheduleSubject>[] = [
  asMade(
    [
      'SecretId',
      'RotationLambdaARN',
      'RotationRules',
      'RotateImmediatelyOnUpdate',
      'HostedRotationLambda',
    ],
    ({ schedule }) => schedule,
    {
      id: 'rotation-schedule',
      protects: 'the rotation schedule',
      why:
        'the password must change at least every 90 days, by the function that causes no failed ' +
        'command, and alarms and grace period depend on the same number of days',
      allowed: 'as the construct sets it',
      fix: 'Set the prop `rotationInterval` or `rotationSchedule`, and `rotationWindow`.',
    },
  ),
  noOther<ScheduleSubject>([[SCHEDULE, 'SecretId']], ({ secrets }) => secrets, {
    id: 'rotation-single-schedule',
    protects: 'the rotation schedule',
    why:
      'a secret has only one schedule: a second one would replace the rotation function, and ' +
      'the initial secret must never change',
    allowed: "a secret other than the cache's",
    fix: 'Remove it. Set the prop `rotationInterval` or `rotationSchedule`, and `rotationWindow`.',
    spare: (other, { schedule }, app) => other.key === app.find(schedule)?.key,
  }),
];
