/** `npx secure-redis preflight`: predicts whether the deploy of a stage will fail. Read-only. */

import { CliError } from '../aws/cloud';
import { cachesOf } from '../template/caches-of';
import type { StackTemplate } from '../template/stack-template';
import { regionIn } from '../template/stage-place';
import type { CommandResult, Screen, Style } from '../terminal/screen';
import type { AwsAccount, AwsAnswer } from './account';
import { CHECKS } from './checks';
import { type CheckFinding, environmentOf, type Outcome } from './finding';

/** The region of the templates, or else `asked`. */
export function regionOf(
  templates: readonly StackTemplate[],
  asked: string | undefined,
): string | undefined {
  const named = Array.from(new Set(templates.flatMap((each) => environmentOf(each).region ?? [])));
  const [first, second] = named;
  if (first === undefined) return asked;
  if (second !== undefined) {
    throw new CliError(
      `preflight must get stacks of one region, got ${named.join(' and ')}. Pass those of one ` +
        'region with --template.',
    );
  }
  return regionIn({ file: 'the stage', region: first }, asked);
}

export async function preflight(
  templates: readonly StackTemplate[],
  of: string,
  asked: AwsAccount,
  screen: Screen,
): Promise<CommandResult> {
  const account = askedOnce(asked);
  const place = await account.place();
  const region = await account.region();
  const facts = {
    templates,
    caches: cachesOf(templates),
    account,
    region,
    place,
    deployed: (stack: string) => account.template(stack),
    nowMs: Date.now(),
  };
  const findings = (await Promise.all(CHECKS.map((check) => check(facts)))).flat();
  const count = (outcome: Outcome) => findings.filter((each) => each.outcome === outcome).length;
  const failing = count('will fail');
  return {
    exitCode: failing > 0 ? 1 : 0,
    json: { of, region, account: valueIn(place)?.account, findings },
    lines: [
      `${of}: before a deploy to ${valueIn(place)?.account ?? 'an unknown account'}, ${region}`,
      '',
      ...findings.map((finding) => lineOf(finding, screen)),
      '',
      `${count('fine')} fine, ${failing} will fail, ${count('cannot tell')} cannot tell`,
    ],
  };
}

const STYLES: Readonly<Record<Outcome, Style>> = {
  fine: 'green',
  'will fail': 'red',
  'cannot tell': 'yellow',
};
const OUTCOME_WIDTH = 'cannot tell'.length;

function lineOf({ outcome, what, why, next }: CheckFinding, screen: Screen): string {
  const padded = screen.styled(STYLES[outcome], outcome.padEnd(OUTCOME_WIDTH));
  const ended = next === undefined || why.endsWith('.') ? why : `${why}.`;
  return [`${padded}  ${what}: ${ended}`, next].filter(Boolean).join(' ');
}

function valueIn<T>(answer: AwsAnswer<T>): T | undefined {
  return answer.kind === 'answer' ? answer.value : undefined;
}

/** Caches answers, because several checks need the same facts. */
function askedOnce(account: AwsAccount): AwsAccount {
  const answers = new Map<string, unknown>();
  return new Proxy(account, {
    get: (target, name: keyof AwsAccount & string) => {
      const ask = target[name] as (...args: readonly string[]) => Promise<unknown>;
      return (...args: readonly string[]) => {
        const key = JSON.stringify([name, ...args]);
        if (!answers.has(key)) answers.set(key, ask.apply(target, [...args]));
        return answers.get(key);
      };
    },
  });
}
