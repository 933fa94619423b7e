/** What `verify` reports about a server of a script: its own modules, without the url. */

import { CliError } from '../../cli/aws/cloud';
import { Screen } from '../../cli/terminal/screen';
import { answerOf } from '../../cli/verify/report/answer';
import { readServer } from '../../cli/verify/server/read-server';
import { SERVER_LINE_IDS, serverLines } from '../../cli/verify/server/server-lines';
import { SecretText } from '../../contract/secret-text';
import { Purpose } from '../../lib/settings/purpose';
import { sarifProblems } from '../support/sarif-schema';
import { xmlOf } from '../support/well-formed-xml';
import type { Listening, Script } from './script';

export const PASSWORD = 'a-password-that-no-report-has-1!';
const FORMATS = [undefined, 'junit', 'sarif'] as const;
const NO_CONTROL = /[^\P{C}\n]|[\p{Zl}\p{Zp}]/u;

/** @returns `report`, or the error of a server that is none. @throws for anything else */
export async function reportOf(script: Script, { port, caPem }: Listening): Promise<string> {
  const today = new Date();
  const target = {
    host: 'localhost',
    port,
    isTls: script.tls !== undefined,
    ca: caPem,
    password: SecretText.of(PASSWORD),
    database: 0,
    verification: 'full' as const,
  };
  try {
    const facts = await readServer(target, { sendsWrongLogin: true });
    const lines = serverLines(facts, { purpose: Purpose.CACHE, today });
    for (const format of FORMATS) {
      const answer = answerOf(
        lines,
        { json: false, strict: false, ...(format && { format }) },
        {
          target: `localhost:${port}`,
          screen: new Screen(false),
          knownIds: SERVER_LINE_IDS,
          nowMs: today.getTime(),
        },
      );
      checkPrinted(answer.lines.join('\n'), format);
      checkPrinted(JSON.stringify(answer.json));
    }
    return 'report';
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    checkPrinted(error.message);
    return 'no server';
  }
}

/** Longest output of a report: its texts are cut, and its lines are as many as its checks. */
const PRINTED_MAX = 200_000;

/** @throws for what must not be printed */
export function checkPrinted(text: string, format?: (typeof FORMATS)[number]): void {
  if (text.length > PRINTED_MAX) throw new Error(`${text.length} characters are printed`);
  if (text.includes(PASSWORD)) throw new Error('the password is printed');
  const [bad] = NO_CONTROL.exec(text) ?? [];
  if (bad !== undefined) throw new Error(`U+${bad.codePointAt(0)?.toString(16)} is printed`);
  if (format === 'junit') xmlOf(text);
  const problems = format === 'sarif' ? sarifProblems(JSON.parse(text)) : [];
  if (problems.length > 0) throw new Error(problems.join('\n'));
}
