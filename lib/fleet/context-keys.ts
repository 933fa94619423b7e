/**
 * The context keys of the app, such as `-c stage=prod`. A misspelt key would be ignored, and
 * another stage synthesized.
 *
 * Keys of the CDK, of feature flags and of other tools pass.
 */

import { RULES_CONTEXT } from '../quotas/app-quotas';
import { anyOf, mustBe } from '../validation/must-be';
import { distanceOf, nearest } from '../validation/nearest';
import { SettingError } from '../validation/setting-error';

const COMMAND_LINE_KEYS = ['stage', 'baseline'];
const NAMESPACE = /^secure-?redis\b/i;
/** Endings with which other tools name the same thing: `stageName`. */
const ENDING = /(?:s|name|file)$/;
/** Short words resemble too many others: `image` and `stack` differ from `stage` by two letters. */
const SHORT = 5;

/** @throws SettingError with a line per key that resembles a key of the app, or has its prefix. */
export function checkContextKeys(context: Readonly<Record<string, unknown>>): void {
  const lines = Object.entries(context).flatMap(([key, value]) => problemsOf(key, value));
  if (lines.length > 0) throw new SettingError(lines.join('\n'));
}

function problemsOf(key: string, value: unknown): readonly string[] {
  const known = [...COMMAND_LINE_KEYS, RULES_CONTEXT];
  if (known.includes(key)) return [];
  const isOurs = NAMESPACE.test(key);
  const near = isOurs ? nearest(key, [RULES_CONTEXT]) : meantBy(key);
  // The command line gives texts; an object in cdk.json is a setting of another tool.
  if (!isOurs && (typeof value !== 'string' || near === undefined)) return [];
  return [
    mustBe({
      subject: 'a key of the context',
      allowed: anyOf(known.map((each) => `\`${each}\``)),
      given: JSON.stringify(key),
      advice: near === undefined ? 'Remove it.' : `Use \`${near}\`.`,
    }),
  ];
}

/** The key of the command line that a misspelt key means. Keys with a namespace mean none. */
function meantBy(key: string): string | undefined {
  if (/[:/@.]/.test(key)) return undefined;
  const plain = key.toLowerCase().replaceAll(/[^a-z]/g, '');
  return COMMAND_LINE_KEYS.find((each) => {
    const distanceMax = each.length <= SHORT ? 1 : 2;
    const isSwapped = sorted(plain) === sorted(each);
    return (
      isSwapped || distanceOf(plain, each) <= distanceMax || plain.replace(ENDING, '') === each
    );
  });
}

function sorted(text: string): string {
  return Array.from(text).sort().join('');
}
