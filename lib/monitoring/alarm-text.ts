/** The description of an alarm, for on-call: what it means, the first step, the runbook. */

export interface AlarmText {
  /** The meaning, as a sentence. */
  readonly means: string;
  /** The first step, as a clause. */
  readonly first: string;
  /** Its heading in `docs/operate.md`. */
  readonly runbook: string;
}

/** The description of an alarm. CloudWatch allows 1,024 characters. */
export function alarmText({ means, first, runbook }: AlarmText): string {
  return `${means} First: ${first}. Runbook: docs/operate.md#${runbook} of cdk-secure-redis.`;
}
