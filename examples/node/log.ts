/**
 * One JSON object a line, to stderr.
 *
 * Only fields that are named are printed, never an error as a whole: those of ioredis carry the
 * command with its arguments, and so what a person stored.
 */

export interface LogLine {
  readonly event: string;
  readonly [field: string]: string | number | undefined;
}

export function log(line: LogLine): void {
  process.stderr.write(`${JSON.stringify(line)}\n`);
}

/** What is safe to say about any error. */
export function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
