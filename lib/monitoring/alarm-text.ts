/** The description of an alarm, for on-call: what it means, the first step, the runbook. */

export interface AlarmText {
  /** What it means, as a sentence. */
  readonly means: string;
  /** The first thing to do, as a clause. */
  readonly first: string;
  /** Its heading in `docs/operate.md`. */
  readonly runbook: string;
}

/** A description of an alarm. CloudWatch takes 1,024 characters. */
export function alarmText({ means, first, runbook }: AlarmText): string {
  return `${means} First: ${first}. Runbook: docs/operate.md#${runbook} of cdk-secure-redis.`;
}
