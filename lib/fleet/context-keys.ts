/**
 * The context keys of the app, such as `-c stage=prod`. A misspelt key would be ignored, and
 * another stage synthesized.
 *
 * Keys of the CDK, of feature flags and of other tools pass, and words like `state`.
 */

import { distanceOf, nearest } from '../../contract/nearest';
import { RULES_CONTEXT } from '../quotas/app-quotas';
import { anyOf, mustBe } from '../validation/must-be';
import { SettingError } from '../validation/setting-error';

const COMMAND_LINE_KEYS = ['stage', 'baseline'];
const NAMESPACE = /^secure-?redis\b/i;
/** Endings with which other tools name the same thing: `stageName`. */
const ENDING = /(?:s|name|file)$/;
/**
 * Words one letter away from a key of the app. The context is shared with other libraries, and a
 * word is more probably a key of one of them than a typing error.
 */
const WORDS = ['sage', 'staged', 'stager', 'stake', 'stale', 'stare', 'state', 'stave', 'baselink'];

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
  if (WORDS.includes(plain.replace(/s$/, ''))) return undefined;
  return COMMAND_LINE_KEYS.find(
    (each) =>
      sorted(plain) === sorted(each) ||
      // Two letters away is another word: `image`, `stack`, `baseTime`.
      distanceOf(plain, each) <= 1 ||
      plain.replace(ENDING, '') === each,
  );
}

function sorted(text: string): string {
  return Array.from(text).sort().join('');
}
