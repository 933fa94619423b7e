/**
 * Compares a stage with its baseline: rejects replacements, deletions, failures and rotations that
 * the stage file does not allow, and prints notes to check before the deploy.
 */

import { existsSync } from 'node:fs';
import { relative } from 'node:path';
import { shown as shownValue } from '../validation/kinds';
import { SettingError } from '../validation/setting-error';
import { type AccessMove, accessMoves, isPartOf, moveRefusal } from './access-move';
import { Baseline, STACK } from './baseline';
import {
  type Effects,
  effectsOf,
  type Notice,
  permissionName,
  type Replacement,
  type Rotation,
} from './change-effects';
import type { Permission } from './permissions';
import { asJson } from './replaces';
import { GROUP, IAM_USER, SCHEDULE, SECRET } from './update-table';

/**
 * Applies `-c baseline=…`: records the baseline, or compares with it if the context is not set.
 *
 * @returns the lines to print.
 *
 * @throws SettingError for any other value of the context.
 */
export function applyBaseline(
  asked: unknown,
  file: string,
  now: Baseline,
  permissions: readonly Permission[],
): readonly string[] {
  if (asked === undefined) return checkBaseline(file, now, permissions);
  if (asked !== 'record') {
    throw new SettingError(
      `the context \`baseline\` must be "record", got ${shownValue(asked)}. Write ` +
        '`-c baseline=record` to record, or leave it out to compare.',
    );
  }
  now.write(file);
  return [`recorded in ${relative('', file)}: commit it, and each synth compares with it`];
}

/** The effects of a deploy on one resource, with the permission for its stack. */
interface Found {
  readonly effects: Effects;
  readonly permission: Permission | undefined;
}

interface Judged extends Found {
  /** The replacements that the stage does not allow. */
  readonly refused: readonly Replacement[];
}

/**
 * Compares a stage with its baseline, if it has a baseline.
 *
 * @returns a line per allowed replacement or rotation, and per notice.
 *
 * @throws SettingError with a line per replacement or rotation that is not allowed, and per unused
 * permission, which would allow a later change.
 */
export function checkBaseline(
  file: string,
  now: Baseline,
  permissions: readonly Permission[],
): readonly string[] {
  if (!existsSync(file)) return [];
  const before = Baseline.read(file);
  const name = relative('', file);
  now.checkCaches(
    before,
    name,
    permissions.map(({ stackName }) => stackName),
  );
  const found: readonly Found[] = now.changesSince(before).map((change) => ({
    effects: effectsOf(change),
    permission: permissionFor(permissions, change.stackName),
  }));
  const moves = accessMoves(found.flatMap(({ effects }) => effects.replacements));
  const refused: readonly Judged[] = found.map((each) => ({
    ...each,
    refused: each.effects.replacements.filter((one) => !isAllowed(one, each.permission)),
  }));
  const wrong = [
    ...moves.flatMap((move) => {
      const parts = refused.flatMap((each) => each.refused.filter((one) => isPartOf(move, one)));
      const { path = '' } = permissionFor(permissions, move.stackName) ?? {};
      return parts.length === 0 ? [] : [moveRefusal(move, name, parts, path)];
    }),
    ...refused.flatMap((each) => refusalsOf(name, each, moves)),
    ...unusedPermissions(permissions, found),
  ];
  if (wrong.length > 0) throw new SettingError(wrong.join('\n'));
  return [...(before.isOlder ? [olderFile(name)] : []), ...found.flatMap(allowedLines)];
}

function refusalsOf(
  file: string,
  { effects, permission, refused }: Judged,
  moves: readonly AccessMove[],
): readonly string[] {
  const { replacements, refusals, rotation } = effects;
  const path = permission?.path ?? '';
  return [
    ...refused
      .filter((each) => !moves.some((move) => isPartOf(move, each)))
      .map((replacement) => replacementRefusal(file, replacement, path)),
    // A replaced group is not updated.
    ...refusals
      .filter(({ isAlways }) => isAlways || !isReplaced(replacements, permission))
      .map(({ text, ...ref }) => `${whereOf(ref)}: ${text}`),
    ...(rotation === undefined || permission?.allowRotation
      ? []
      : [rotationRefusal(rotation, path)]),
  ];
}

function allowedLines({ effects, permission }: Found): readonly string[] {
  const { replacements, notices, rotation } = effects;
  const isNew = isReplaced(replacements, permission);
  const shownNotices = notices.filter(({ isDisputed }) => !isDisputed || !isNew);
  return [
    ...replacements.map((each) => `allowed: ${replacementText(each)}`),
    ...(rotation === undefined ? [] : [`allowed: ${whereOf(rotation)}: ${rotationText(rotation)}`]),
    ...shownNotices.map((notice) => `look: ${whereOf(notice)}: ${noticeText(notice, permission)}`),
  ];
}

/** Whether the resource is replaced, and the stage allows every reason. */
function isReplaced(replacements: readonly Replacement[], permission: Permission | undefined) {
  return replacements.length > 0 && replacements.every((each) => isAllowed(each, permission));
}

function isAllowed(replacement: Replacement, permission: Permission | undefined): boolean {
  return permission?.allowReplacement.includes(permissionName(replacement)) ?? false;
}

function permissionFor(permissions: readonly Permission[], stackName: string) {
  return (
    permissions.find((permission) => permission.stackName === stackName) ??
    permissions.find((permission) => permission.stackName === undefined)
  );
}

function unusedPermissions(permissions: readonly Permission[], found: readonly Found[]) {
  return permissions.flatMap((permission) => {
    const here = found.filter((each) => each.permission === permission).map((each) => each.effects);
    const names = here.flatMap(({ replacements, notices }) => [
      ...replacements.map(permissionName),
      ...notices.flatMap(({ property }) => property ?? []),
    ]);
    const unused = permission.allowReplacement.filter((name) => !names.includes(name));
    const rotates = here.some(({ rotation }) => rotation !== undefined);
    return [
      ...unused.map((name) => unusedReplacement(permission.path, name)),
      ...(permission.allowRotation && !rotates ? [unusedRotation(permission.path)] : []),
    ];
  });
}

function unusedReplacement(path: string, name: string): string {
  return (
    `${path}allowReplacement must name replacements that happen, got ${JSON.stringify(name)}. ` +
    'Remove it: it would let a later change pass unseen.'
  );
}

function unusedRotation(path: string): string {
  return (
    `${path}allowRotation must be left out while the rotation schedule does not change, got ` +
    'true. Remove it: it would let a later change pass unseen.'
  );
}

type Ref = Pick<Replacement, 'stackName' | 'type' | 'logicalId'>;

function whereOf({ stackName, type, logicalId }: Ref): string {
  return type === STACK ? stackName : `${stackName}: ${type} ${logicalId}`;
}

function replacementText(replacement: Replacement): string {
  const { property, was, now } = replacement;
  const where = whereOf(replacement);
  if (property === undefined) return `${where} goes: ${lossOf(replacement)}`;
  const change = `${property} changes from ${asJson(was)} to ${asJson(now)}`;
  return `${where}: ${change}: ${costOf(replacement)}`;
}

function replacementRefusal(file: string, replacement: Replacement, path: string): string {
  const { type, property, was, now } = replacement;
  const where = whereOf(replacement);
  if (type === IAM_USER) return userRefusal(file, replacement, path);
  const chapter = [GROUP, STACK].includes(type) ? 'Replacing a cache' : 'Baseline';
  const permission =
    `add "${permissionName(replacement)}" to \`${path}allowReplacement\` if it is meant ` +
    `(docs/operate.md, ${chapter}).`;
  if (property === undefined) {
    return `${where} must stay, got none: ${lossOf(replacement)}. Bring it back, or ${permission}`;
  }
  return (
    `${where}: ${property} must stay ${asJson(was)}, as in ${file}, got ${asJson(now)}: ` +
    `${costOf(replacement)}. Change it back, or ${permission}`
  );
}

/** Of a user with an IAM login, also if it gets a password, which gives it another id. */
function userRefusal(file: string, replacement: Replacement, path: string): string {
  const { property, was, now } = replacement;
  const where = whereOf(replacement);
  const permission = `add "${permissionName(replacement)}" to \`${path}allowReplacement\``;
  if (property === undefined) {
    return (
      `${where} must stay a user with an IAM login, got none: ${LOCKED_OUT}. Bring it back, with ` +
      'any new user beside it, and move its applications after that deploy. Once none of them ' +
      `logs in as it, remove it and ${permission} (docs/operate.md, A cache with users).`
    );
  }
  return (
    `${where}: ${property} must stay ${asJson(was)}, as in ${file}, got ${asJson(now)}: ` +
    `${LOCKED_OUT}. Change it back, or ${permission} and redeploy its applications right after ` +
    'the deploy (docs/roles.md, Login by IAM).'
  );
}

const LOCKED_OUT =
  'its applications are refused at once at every new login, and on open connections when they ' +
  'renew their login';

/** What is lost with a deleted resource or stack. */
function lossOf({ type, held }: Replacement): string {
  if (type === STACK)
    return `the whole stack is deleted, with ${held} resources that hold something`;
  if (type === IAM_USER) return LOCKED_OUT;
  if (type !== SCHEDULE) return 'it is deleted, or left behind alone, with what it holds';
  // aws-cloudformation/cloudformation-coverage-roadmap#1813, October 2023.
  return 'deleting it turns the rotation off, also when another schedule takes its place';
}

function costOf({ type }: Replacement): string {
  if (type === SECRET) return 'the update could overwrite the live password';
  if (type === IAM_USER) return LOCKED_OUT;
  const made = 'CloudFormation makes a new one in its place';
  return type === GROUP ? `${made}, empty and with the initial password` : made;
}

function rotationText({ properties }: Rotation): string {
  const changes = Object.entries(properties).map(
    ([property, { was, now }]) => `${property} changes from ${asJson(was)} to ${asJson(now)}`,
  );
  return `${changes.join(', ')}: the password rotates at once`;
}

/** Sources: aws/aws-cdk#28539; hashicorp/terraform-provider-aws#35023, December 2023. */
function rotationRefusal(rotation: Rotation, path: string): string {
  const changes = Object.entries(rotation.properties);
  const was = changes.map(([property, each]) => `${property} ${asJson(each.was)}`).join(', ');
  const now = changes.map(([property, each]) => `${property} ${asJson(each.now)}`).join(', ');
  return (
    `${whereOf(rotation)} must stay ${was}, got ${now}: any update of it rotates the password at ` +
    'once. Clients that still use the password before the current one are refused then, though ' +
    'its grace period has not ended. While a rotation is pending the deploy fails with "A ' +
    'previous rotation isn\'t complete. That rotation will be reattempted." and is rolled back. ' +
    `See that none is (\`npx secure-redis status --cache ${rotation.stackName}\`), then set ` +
    `\`${path}allowRotation\` to true (docs/operate.md, Changes).`
  );
}

function noticeText({ text, isDisputed, stackName }: Notice, permission: Permission | undefined) {
  if (!isDisputed) return text;
  const deploy = permission?.deploy ?? stackName;
  return (
    `${text}. A change set says which, and changes nothing: ` +
    `\`npx cdk deploy ${deploy} --method=prepare-change-set --change-set-name look\`, then ` +
    `\`aws cloudformation describe-change-set --stack-name ${stackName} --change-set-name look ` +
    "--query 'Changes[].ResourceChange.[ResourceType,Action,Replacement]' --output text`. " +
    'Deploy only if Replacement is False for the replication group.'
  );
}

function olderFile(file: string): string {
  return (
    `note: ${file} was recorded before engine version, nodes, shards, failover, durability, ` +
    'blocked commands and the rotation schedule were: no change of those is seen. Record it ' +
    'again after the next deploy.'
  );
}
