/**
 * Checks how a deploy affects passwords: a pending rotation, a rotation that the deploy itself
 * starts, and the grace period that this rotation would end.
 */

import { ROTATION_ENV } from '../../contract/rotation';
import { type CacheOfTemplate, rotationRulesOf, scheduleIn } from '../template/caches-of';
import { ofType, type TemplateProperties } from '../template/stack-template';
import { short } from '../terminal/screen';
import type { AwsAnswer, SecretAnswer } from './account';
import { answered, noAnswer } from './asking';
import {
  type AccountFacts,
  type Check,
  type CheckFinding,
  cannotTell,
  fine,
  willFail,
} from './finding';

const DAY_MS = 24 * 60 * 60 * 1_000;

/** A credentials secret: that of a cache, or of one of its users. */
export interface SecretOfCache {
  readonly cache: CacheOfTemplate;
  /** Absent with one password. */
  readonly user?: string;
  /** Its logical id. */
  readonly secretId?: string;
  /** `undefined` before the first deploy. */
  readonly secret: AwsAnswer<SecretAnswer | undefined>;
}

/** The credentials secrets of each cache, as its stack publishes them. */
export async function secretsOf({
  caches,
  account,
}: AccountFacts): Promise<readonly SecretOfCache[]> {
  const logins = caches.flatMap((cache) =>
    cache.hasUsers
      ? cache.users.map(({ name: user, secretId }) => ({ cache, user, secretId }))
      : [{ cache, secretId: cache.secretId }],
  );
  return Promise.all(
    logins.map(async (login: Omit<SecretOfCache, 'secret'>) => {
      const { cache, user, secretId } = login;
      const name = user === undefined ? 'CredentialsSecretArn' : 'SecretArn';
      if (secretId === undefined) {
        return { ...login, secret: noAnswer(`its stack does not publish ${name}`) };
      }
      const path = user === undefined ? `/${cache.name}` : `/${cache.name}/Users/${user}`;
      const published = await account.published(path);
      if (published.kind === 'none') return { ...login, secret: published };
      const arn = published.value[name];
      if (arn === undefined) return { ...login, secret: answered(undefined) };
      return { ...login, secret: await account.secret(arn) };
    }),
  );
}

/** `secure-redis-prod-jobs/Cache`, or `user app of …`. */
function whoseOf({ cache, user }: SecretOfCache): string {
  return user === undefined ? cache.name : `user ${user} of ${cache.name}`;
}

/** The options by which a command names a secret. */
function optionsOf({ cache, user }: SecretOfCache): string {
  return `--cache ${cache.name}${user === undefined ? '' : ` --user ${user}`}`;
}

/** One line for the users of a cache of which the same is fine. */
function together(
  subject: string,
  findings: readonly (readonly [SecretOfCache, CheckFinding])[],
): readonly CheckFinding[] {
  return findings.flatMap(([{ cache, user }, finding], index) => {
    if (user === undefined || finding.outcome !== 'fine') return [finding];
    const isSame = ([other, { outcome, why }]: readonly [SecretOfCache, CheckFinding]) =>
      other.cache === cache && outcome === 'fine' && why === finding.why;
    if (findings.findIndex(isSame) < index) return [];
    const { length } = findings.filter(isSame);
    return length === 1
      ? [finding]
      : [fine(`${subject} of ${length} users of ${cache.name}`, finding.why)];
  });
}

export const noRotationPending: Check = async (facts) => {
  const secrets = await secretsOf(facts);
  const findings = secrets.map((each) => [each, pendingFinding(each)] as const);
  return together('pending rotation', findings);
};

function pendingFinding(of: SecretOfCache): CheckFinding {
  const { secret: answer } = of;
  const what = `pending rotation of ${whoseOf(of)}`;
  if (answer.kind === 'none') return cannotTell(what, answer.why);
  if (answer.value === undefined) return fine(what, 'not deployed yet');
  const { isDeleted, pending } = answer.value;
  if (isDeleted) {
    return willFail(
      what,
      'its secret must exist, got a secret that is scheduled for deletion.',
      'Run `aws secretsmanager restore-secret`.',
    );
  }
  if (pending === undefined) return fine(what, 'no pending version');
  return willFail(
    what,
    `no rotation must be under way during a deploy, got version ${short(pending)}.`,
    `Wait, or find out why it is stuck: \`npx secure-redis recover ${optionsOf(of)}\`.`,
  );
}

/**
 * Checks whether the deploy changes a schedule, which rotates at once and ends the grace period.
 */
export const graceIsKept: Check = async (facts) => {
  const secrets = await secretsOf(facts);
  const findings = secrets.map(async (each) => [each, await rotationFinding(each, facts)] as const);
  return together('rotation', await Promise.all(findings));
};

async function rotationFinding(of: SecretOfCache, facts: AccountFacts): Promise<CheckFinding> {
  const { cache, secret: answer } = of;
  const what = `rotation of ${whoseOf(of)}`;
  if (answer.kind === 'none') return cannotTell(what, answer.why);
  if (answer.value === undefined)
    return fine(what, 'the first deploy rotates the initial password');
  const now = rulesOf(of, facts);
  if (now === undefined) return fine(what, 'the template has no schedule');
  const change = changeOf(answer.value, now);
  if (change === undefined)
    return fine(what, 'the schedule does not change, so the deploy starts no rotation');
  const ends = `the deploy rotates at once, since the schedule changes ${change}`;
  const { previous, isRevoked, changedMs } = answer.value;
  if (previous === undefined || isRevoked) return fine(what, `${ends}; no grace period is left`);
  const days = await graceDays(cache, facts);
  if (days === undefined || changedMs === undefined) {
    return cannotTell(what, `${ends}; the end of the grace period is unknown`);
  }
  const graceEndsMs = changedMs + days * DAY_MS;
  if (graceEndsMs <= facts.nowMs) return fine(what, `${ends}; the grace period is over`);
  const until = new Date(graceEndsMs).toISOString().slice(0, 10);
  return willFail(
    what,
    `no grace period must end early, got that of version ${short(previous)}, until ${until}: ` +
      `${ends}.`,
    `Deploy after ${until}, or once all clients have read the secret again: then ` +
      `\`npx secure-redis revoke ${optionsOf(of)}\` first.`,
  );
}

interface Rules {
  readonly schedule?: string;
  readonly window?: string;
}

/** The rotation rules in the template. */
function rulesOf({ cache, secretId }: SecretOfCache, facts: AccountFacts): Rules | undefined {
  const template = facts.templates.find((each) => each.stack === cache.stack);
  if (template === undefined) return undefined;
  const rules = rotationRulesOf(template, secretId);
  if (rules === undefined) return undefined;
  const written = scheduleIn(rules);
  return {
    ...(written === undefined ? {} : { schedule: String(written) }),
    ...(rules.Duration === undefined ? {} : { window: String(rules.Duration) }),
  };
}

/** The difference between the deployed rules and those of the template. */
function changeOf(has: Rules, now: Rules): string | undefined {
  if (has.schedule !== now.schedule) return `from ${has.schedule ?? 'none'} to ${now.schedule}`;
  // Secrets Manager reports no window for a schedule that was created without a window.
  if (has.window === undefined || now.window === undefined) return undefined;
  if (has.window === now.window) return undefined;
  return `its window from ${has.window} to ${now.window}`;
}

/** The grace period that the deployed function applies. */
async function graceDays(
  { stack }: CacheOfTemplate,
  { deployed, templates }: AccountFacts,
): Promise<number | undefined> {
  const before = await deployed(stack);
  const own = templates.find((each) => each.stack === stack);
  const template = before.kind === 'answer' && before.value !== undefined ? before.value : own;
  for (const [, { Environment }] of template ? ofType(template, 'AWS::Lambda::Function') : []) {
    const { Variables = {} } = (Environment ?? {}) as { readonly Variables?: TemplateProperties };
    const days = Variables[ROTATION_ENV.graceDays];
    if (days !== undefined && !Number.isNaN(Number(days))) return Number(days);
  }
  return undefined;
}
