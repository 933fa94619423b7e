/** The error of a setting that is not allowed, and the list of problems that it is made from. */

import { Token } from 'aws-cdk-lib/core';
import { mustBe } from './must-be';

/**
 * A setting that is not allowed. The one kind of error that this library throws at synth, so that
 * the app can print it as lines: `X must be Y, got Z. Do W.`
 */
export class SettingError extends Error {
  override readonly name = 'SettingError';
}

/** A token is a huge negative number, or a text in which only CDK can read. */
function printed(given: unknown): string {
  if (Token.isUnresolved(given)) return 'a value that only the deploy knows';
  return JSON.stringify(given) ?? 'undefined';
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

const DEFAULT_ADVICE = 'change it, or remove it for the default';

/** Collects problems, so that one error reports all of them. */
export class Problems {
  readonly found: Problem[] = [];

  add(setting: string, given: unknown, allowed: string, advice: string = DEFAULT_ADVICE): void {
    this.found.push({ setting, given: printed(given), allowed, advice });
  }

  /** @throws SettingError with a line for each problem, if there is any, each after the path. */
  throwAny(path = ''): void {
    if (this.found.length === 0) return;
    const place = path === '' ? '' : `${path}: `;
    throw new SettingError(
      this.found
        .map(({ setting, ...rest }) => mustBe({ subject: `${place}\`${setting}\``, ...rest }))
        .join('\n'),
    );
  }
}
