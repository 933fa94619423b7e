/** The error of a setting that is not allowed, and the list of problems that it is made from. */

import { mustBe } from './must-be';
import { shown } from './shown';

/**
 * A setting that is not allowed. The one kind of error that this library throws at synth, so that
 * the app can print it as lines: `X must be Y, got Z. Do W.`
 */
export class SettingError extends Error {
  override readonly name = 'SettingError';
}

/** One thing that is wrong with a setting. */
export interface Problem {
  /** The setting, as its prop is named. */
  readonly setting: string;
  /** What was given, as it is printed. Never secret: no setting is. */
  readonly given: string;
  readonly allowed: string;
  readonly advice: string;
}

/** Names that AWS and Kubernetes refuse for their length are shown as a whole. */
const GIVEN_LENGTH_MAX = 400;

const DEFAULT_ADVICE = 'change it, or remove it for the default';

/** Collects problems, so that one error reports all of them. */
export class Problems {
  readonly found: Problem[] = [];

  add(setting: string, given: unknown, allowed: string, advice: string = DEFAULT_ADVICE): void {
    this.found.push({ setting, given: shown(given, GIVEN_LENGTH_MAX), allowed, advice });
  }

  /** @throws SettingError with a line for each problem, if there is any, each after the path. */
  throwAny(path: string): void {
    if (this.found.length === 0) return;
    throw new SettingError(
      this.found
        .map(({ setting, ...rest }) => mustBe({ subject: `${path}: \`${setting}\``, ...rest }))
        .join('\n'),
    );
  }
}
