/** The answer of `verify`: its lines as a report in the chosen format, and the exit code. */

import { writeFileSync } from 'node:fs';
import { CliError } from '../../aws/cloud';
import { printable } from '../../terminal/printable';
import type { CommandResult, Screen } from '../../terminal/screen';
import type { VerifyLine } from '../line';
import { type AcceptedFinding, acceptedFindings } from './accepted-findings';
import { jsonReport } from './json-report';
import { judgedLines } from './judged-lines';
import { junitReport } from './junit-report';
import type { VerifyReport } from './report';
import type { ReportOptions } from './report-options';
import { sarifReport } from './sarif-report';
import { textReport } from './text-report';

/** What a report is about. */
export interface ReportSubject {
  /** What was verified, without a password: `localhost:6380`, `compose.yaml`. */
  readonly target: string;
  readonly screen: Screen;
  /** Ids of all checks, which entries of accepted findings may name. */
  readonly knownIds: readonly string[];
  readonly nowMs: number;
}

/**
 * Exit code 1 if a line fails and is not accepted; with `--strict` also if a line cannot be told.
 *
 * @throws CliError for wrong options, an unusable file of accepted findings or of the report
 */
export function answerOf(
  given: readonly VerifyLine[],
  options: ReportOptions,
  { target: rawTarget, screen, knownIds, nowMs }: ReportSubject,
): CommandResult {
  const target = printable(rawTarget);
  const isStrict = options.strict;
  const entries = checkedOptions(options);
  const { lines, notes } = judgedLines(given, {
    target,
    isStrict,
    today: new Date(nowMs).toISOString().slice(0, 10),
    knownIds,
    ...(options.accepted === undefined ? {} : { accepted: { file: options.accepted, entries } }),
  });
  const exitCode = lines.some(({ judgement }) => judgement === 'fail') ? 1 : 0;
  const report = { target, isStrict, nowMs, lines, notes, exitCode } as const;
  const isInFile = options.output !== undefined;
  if (options.output !== undefined) write(options.output, documentOf(report, options));
  return {
    exitCode,
    lines:
      options.format === undefined || isInFile
        ? textReport(report, screen)
        : documentOf(report, options),
    json: jsonReport(report),
  };
}

/**
 * Checks the options before a server is asked. Returns the accepted findings.
 *
 * @throws CliError for wrong options or an unusable file of accepted findings
 */
export function checkedOptions(options: ReportOptions): readonly AcceptedFinding[] {
  const { json, format, output, accepted } = options;
  if (json && format !== undefined && output === undefined) {
    throw new CliError(
      `--json must be without --format, got --format ${format}. Leave one out, or write the ` +
        `${format} to a file with --output.`,
    );
  }
  if (output !== undefined && format === undefined && !json) {
    throw new CliError('--output must be beside --format or --json, got neither. Add one of them.');
  }
  return accepted === undefined ? [] : acceptedFindings(accepted);
}

function documentOf(report: VerifyReport, { format }: ReportOptions): readonly string[] {
  if (format === 'junit') return junitReport(report);
  const json = format === 'sarif' ? sarifReport(report) : jsonReport(report);
  return JSON.stringify(json, null, 2).split('\n');
}

function write(file: string, lines: readonly string[]): void {
  try {
    writeFileSync(file, `${lines.join('\n')}\n`);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CliError(
      `--output must be a file that can be written, got ${code} from ${file}. Name another file.`,
    );
  }
}
