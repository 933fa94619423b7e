/**
 * `verify`: checks a running Redis server, self-run or managed, from what can be seen here.
 *
 * It changes no key and no setting, and prints no secret.
 */

import { Purpose } from '../../../lib/settings/purpose';
import { CliError } from '../../aws/cloud';
import type { CommandResult, Screen } from '../../terminal/screen';
import { answerOf, checkedOptions } from '../report/answer';
import type { ReportOptions } from '../report/report-options';
import { reachable, reachFinding, targetText } from '../server/reach-file';
import { readServer } from '../server/read-server';
import { SERVER_LINE_IDS, serverLines } from '../server/server-lines';
import { targetOfUrl } from './target-of-url';

export interface VerifyOptions extends ReportOptions {
  readonly purpose?: string;
  readonly ca?: string;
  /** `--no-failed-login` sets it to false. */
  readonly failedLogin: boolean;
  readonly reachable?: string;
  readonly from?: string;
}

export async function verify(
  url: string | undefined,
  options: VerifyOptions,
  screen: Screen,
): Promise<CommandResult> {
  if (options.reachable !== undefined) {
    requireAlone(url, options);
    return reachable(options.reachable);
  }
  checkedOptions(options);
  const target = await targetOfUrl(url, options.ca);
  const from = options.from === undefined ? undefined : reachFinding(options.from, target.port);
  const now = new Date();
  const facts = await readServer(target, { sendsWrongLogin: options.failedLogin, from });
  const purpose = Purpose.ALL.find(({ id }) => id === options.purpose);
  return answerOf(serverLines(facts, { purpose, today: now }), options, {
    target: targetText(target.host, target.port),
    screen,
    knownIds: SERVER_LINE_IDS,
    nowMs: now.getTime(),
  });
}

function requireAlone(url: string | undefined, { from, purpose, ca }: VerifyOptions): void {
  if ([url, from, purpose, ca].every((each) => each === undefined)) return;
  throw new CliError(
    '--reachable must be alone, got it with a url or another option. It opens a connection and ' +
      'sends nothing: leave the others out.',
  );
}
