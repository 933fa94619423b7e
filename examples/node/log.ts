/**
 * Logger: one JSON object per line, to stderr.
 *
 * It prints only named fields, never a whole error: errors of ioredis contain the command with its
 * arguments, and thus personal data.
 */

export interface LogLine {
  readonly event: string;
  readonly [field: string]: string | number | undefined;
}

export function log(line: LogLine): void {
  process.stderr.write(`${JSON.stringify(line)}\n`);
}

/** The fields of an error that are safe to print. */
export function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
