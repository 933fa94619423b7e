/** The error for invalid settings, and the list of problems from which it is built. */

import { mustBe } from './must-be';
import { shown } from './shown';

/**
 * An invalid setting: the only kind of error that this library throws at synth, so that the app can
 * print its lines: `X must be Y, got Z. Do W.`
 */
export class SettingError extends Error {
  override readonly name = 'SettingError';
}

/** A problem of a setting. */
export interface Problem {
  /** The setting, by the name of its prop. */
  readonly setting: string;
  /** The given value as printed. Settings are never secret. */
  readonly given: string;
  readonly allowed: string;
  readonly advice: string;
}

/** Long enough to print a whole name that AWS or Kubernetes rejects for its length. */
const GIVEN_LENGTH_MAX = 400;

const DEFAULT_ADVICE = 'change it, or remove it for the default';

/** Collects problems, so that one error reports all of them. */
export class Problems {
  readonly found: Problem[] = [];
  /** Problems that are already sentences, each beginning with its setting. */
  readonly sentences: string[] = [];

  add(setting: string, given: unknown, allowed: string, advice: string = DEFAULT_ADVICE): void {
    this.found.push({ setting, given: shown(given, GIVEN_LENGTH_MAX), allowed, advice });
  }

  /**
   * @throws SettingError with a line per problem, prefixed with the path, if there are problems.
   */
  throwAny(path: string): void {
    const lines = [
      ...this.found.map(({ setting, ...rest }) => mustBe({ subject: `\`${setting}\``, ...rest })),
      ...this.sentences,
    ];
    if (lines.length === 0) return;
    throw new SettingError(lines.map((line) => `${path}: ${line}`).join('\n'));
  }
}
