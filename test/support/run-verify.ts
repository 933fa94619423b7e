/** Runs `verify` on a server inside of the test's process, without AWS. */

import { Screen } from '../../cli/terminal/screen';
import { type VerifyOptions, verify as verifyServer } from '../../cli/verify/run/verify';
import { noteOutput } from './leaks';

export interface SeenLine {
  readonly id: string;
  readonly verdict: string;
  readonly evidence: string;
}

/** In this process, with the url in its variable. */
export async function verify(url: string, given: Partial<VerifyOptions> = {}) {
  process.env.REDIS_URL = url;
  const options = { json: true, strict: false, failedLogin: true, ...given };
  const { exitCode, json } = await verifyServer(undefined, options, new Screen(true));
  const out = JSON.stringify(json);
  noteOutput(out);
  const lines: readonly SeenLine[] = JSON.parse(out).lines;
  const idsOf = (verdict: string) =>
    lines.filter((line) => line.verdict === verdict).map(({ id }) => id);
  const [failing, untold] = [idsOf('fail').sort(), idsOf('cannot tell').sort()];
  return { exitCode, out, lines, failing, untold };
}
