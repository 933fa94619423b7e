/** Runs `doctor` against servers of a test, and names each failure that a test produces. */

import { answerOfDoctor } from '../../cli/doctor/diagnosed';
import { type DoctorOptions, doctor } from '../../cli/doctor/doctor';
import { diagnosedText } from '../../cli/doctor/explain-text';
import type { FailureId } from '../../cli/doctor/failures/failures';
import { openProbe, ProbeEnd, type ServerProbe } from '../../cli/server/probe';
import { Screen } from '../../cli/terminal/screen';
import { RespError, type RespReply } from '../../contract/resp';
import { noteOutput, notePassword } from './leaks';

export interface Doctored {
  readonly state: 'healthy' | 'failure' | 'unknown';
  readonly failure?: { readonly id: FailureId; readonly evidence: readonly string[] };
  readonly evidence?: readonly string[];
  readonly also?: readonly FailureId[];
  readonly checked: readonly string[];
  readonly notes: readonly string[];
}

/** The password of every server of these tests. */
export const PASSWORD = 'the-password-of-a-doctored-server-1';
notePassword(PASSWORD);

export async function doctored(
  url: string | undefined,
  options: DoctorOptions = {},
): Promise<Doctored> {
  const { json, lines, exitCode } = await doctor(url, { timeout: 2, ...options }, new Screen(true));
  noteOutput(`${JSON.stringify(json)}\n${lines.join('\n')}`);
  const answer = json as Doctored;
  expect(exitCode).toBe(answer.state === 'healthy' ? 0 : 1);
  return answer;
}

/** What `doctor --error` says of a text. */
export function explained(text: string): Doctored {
  const { json } = answerOfDoctor(diagnosedText(text), new Screen(true));
  noteOutput(JSON.stringify(json));
  return json as Doctored;
}

/**
 * A test that produces a failure and has `doctor` find it; docs/doctor.md has `how` in its table.
 * The function returns what `doctor` says.
 */
export function produces(id: FailureId, how: string, run: () => Promise<Doctored>): void {
  test(`${id}: ${how}`, async () => {
    const { state, failure, evidence } = await run();
    expect({ state, id: failure?.id, evidence: failure ? [] : evidence }).toStrictEqual({
      ...{ state: 'failure', id },
      evidence: [],
    });
    expect(failure?.evidence.join('\n')).toMatch(/\S{3}/);
  });
}

/** A connection of the test itself, which prepares a server. */
export class Admin {
  static async of(port: number, password?: string, ca?: string): Promise<Admin> {
    const tls = ca === undefined ? {} : { tls: { ca, isVerified: false } };
    const probe = await openProbe({ host: '127.0.0.1', port, timeoutMs: 60_000, ...tls });
    if (probe instanceof ProbeEnd) throw new Error(`no connection: ${probe.why}`);
    const admin = new Admin(probe);
    if (password !== undefined) await admin.ask('AUTH', password);
    return admin;
  }

  private constructor(readonly probe: ServerProbe) {}

  async ask(...command: readonly string[]): Promise<RespReply> {
    const reply = await this.probe.ask(...command);
    if (reply instanceof ProbeEnd) throw new Error(`${command[0]}: ${reply.why}`);
    if (reply instanceof RespError) throw new Error(`${command[0]}: ${reply.message}`);
    return reply;
  }

  /** CONFIG SET for the time of `run`. */
  async configured<Result>(
    settings: Readonly<Record<string, string>>,
    run: () => Promise<Result>,
  ): Promise<Result> {
    const names = Object.keys(settings);
    const before: string[] = [];
    for (const name of names) {
      const [, value = ''] = (await this.ask('CONFIG', 'GET', name)) as readonly string[];
      before.push(name, value);
    }
    await this.ask('CONFIG', 'SET', ...Object.entries(settings).flat());
    try {
      return await run();
    } finally {
      await this.ask('CONFIG', 'SET', ...before);
    }
  }

  close(): void {
    this.probe.close();
  }
}
