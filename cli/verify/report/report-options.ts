/** The options of `verify` for its report. */

import { type Command, Option } from 'commander';

export const REPORT_FORMATS = ['junit', 'sarif'] as const;

/** By commander's names. */
export interface ReportOptions {
  readonly json: boolean;
  readonly format?: (typeof REPORT_FORMATS)[number];
  readonly output?: string;
  readonly accepted?: string;
  readonly strict: boolean;
}

export function withReportOptions(command: Command): Command {
  return command
    .option('--json', 'one JSON document on stdout, progress on stderr', false)
    .addOption(new Option('--format <format>', 'a report for CI').choices(REPORT_FORMATS))
    .option('--output <file>', 'write the report of --format there, and print text')
    .option('--accepted <file>', 'findings that you accept: a JSON list of id, reason, until')
    .option('--strict', 'count what cannot be told as a failure', false);
}
