/** What `doctor` says about a server of a script. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { doctor } from '../../cli/doctor/doctor';
import { Screen } from '../../cli/terminal/screen';
import { temporaryFolder } from '../support/temporary-folder';
import { checkPrinted, PASSWORD } from './reported';
import type { Listening, Script } from './script';

const TIMEOUT_SECONDS = 1;

/** @throws for an end that is no diagnosis, and for what must not be printed */
export async function diagnosisOf(script: Script, { port, caPem }: Listening): Promise<string> {
  const scheme = script.tls === undefined ? 'redis' : 'rediss';
  const ca = join(temporaryFolder('hostile-authority'), 'ca.crt');
  writeFileSync(ca, caPem);
  const url = `${scheme}://:${encodeURIComponent(PASSWORD)}@localhost:${port}/1`;
  const answer = await doctor(url, { timeout: TIMEOUT_SECONDS, ca }, new Screen(true));
  checkPrinted(answer.lines.join('\n'));
  checkPrinted(JSON.stringify(answer.json));
  return answer.exitCode === 0 ? 'healthy' : 'failure';
}
