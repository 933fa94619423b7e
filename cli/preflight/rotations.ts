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

export interface SecretOfCache {
  readonly cache: CacheOfTemplate;
  /** `undefined` before the first deploy. */
  readonly secret: AwsAnswer<SecretAnswer | undefined>;
}

/** The credentials secret of each cache, as its stack publishes it. */
export async function secretsOf({
  caches,
  account,
}: AccountFacts): Promise<readonly SecretOfCache[]> {
  return Promise.all(
    caches.map(async (cache) => {
      if (cache.secretId === undefined) {
        return { cache, secret: noAnswer('its stack does not publish CredentialsSecretArn') };
      }
      const published = await account.published(`/${cache.name}`);
      if (published.kind === 'none') return { cache, secret: published };
      const arn = published.value.CredentialsSecretArn;
      if (arn === undefined) return { cache, secret: answered(undefined) };
      return { cache, secret: await account.secret(arn) };
    }),
  );
}

export const noRotationPending: Check = async (facts) => {
  const secrets = await secretsOf(facts);
  return secrets.map(({ cache, secret: answer }) => {
    const what = `pending rotation of ${cache.name}`;
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
      `Wait, or find out why it is stuck: \`npx secure-redis recover --cache ${cache.name}\`.`,
    );
  });
};

/**
 * Checks whether the deploy changes a schedule, which rotates at once and ends the grace period.
 */
export const graceIsKept: Check = async (facts) => {
  const secrets = await secretsOf(facts);
  return Promise.all(secrets.map((each) => rotationFinding(each, facts)));
};

async function rotationFinding(
  { cache, secret: answer }: SecretOfCache,
  facts: AccountFacts,
): Promise<CheckFinding> {
  const what = `rotation of ${cache.name}`;
  if (answer.kind === 'none') return cannotTell(what, answer.why);
  if (answer.value === undefined)
    return fine(what, 'the first deploy rotates the initial password');
  const now = rulesOf(cache, facts);
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
      `\`npx secure-redis revoke --cache ${cache.name}\` first.`,
  );
}

interface Rules {
  readonly schedule?: string;
  readonly window?: string;
}

/** The rotation rules in the template. */
function rulesOf({ stack, secretId }: CacheOfTemplate, facts: AccountFacts): Rules | undefined {
  const template = facts.templates.find((each) => each.stack === stack);
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
