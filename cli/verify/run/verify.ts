/**
 * `verify`: checks a running Redis server, self-run or managed, from what can be seen here, or a
 * compose file by itself.
 *
 * It changes no key and no setting, and prints no secret.
 */

import { APPLICATION_ENV } from '../../../contract/application-env';
import { Purpose } from '../../../lib/settings/purpose';
import { CliError } from '../../aws/cloud';
import type { CommandResult, Screen } from '../../terminal/screen';
import type { VerifyLine } from '../line';
import { MANAGED_LINE_IDS } from '../managed/managed-lines';
import { answerOf, checkedOptions } from '../report/answer';
import type { ReportOptions } from '../report/report-options';
import { reachable, reachFinding, targetText } from '../server/reach-file';
import { readServer, type VerifyTarget } from '../server/read-server';
import { SERVER_LINE_IDS, serverLines } from '../server/server-lines';
import { authorityIn, targetOfUrl } from './target-of-url';

/** Of which a command line has at most one, instead of a url. */
const TARGETS = ['secret', 'stack', 'compose', 'reachable'] as const;

export interface VerifyOptions extends ReportOptions {
  readonly secret?: string;
  readonly stack?: string;
  readonly user?: string;
  readonly region?: string;
  readonly profile?: string;
  readonly compose?: string;
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
  requireOneTarget(url, options);
  if (options.reachable !== undefined) return reachable(options.reachable);
  checkedOptions(options);
  const now = new Date();
  const answer = (target: string, lines: readonly VerifyLine[], knownIds: readonly string[]) =>
    answerOf(lines, options, { target, screen, knownIds, nowMs: now.getTime() });
  const { compose, secret, stack } = options;
  if (compose !== undefined) {
    const { linesOfCompose, ids } = loadCompose();
    return answer(compose, linesOfCompose(compose, now), ids);
  }
  const isManaged = secret !== undefined || stack !== undefined;
  const found = isManaged
    ? await loadManaged().managedTarget(options, caOf(options))
    : { target: await targetOfUrl(url, options.ca), cache: undefined };
  const [lines, managed] = await Promise.all([
    linesOfServer(found.target, options, { today: now, isManaged: isManaged || undefined }),
    found.cache && loadManaged().linesOfManaged(found.cache, options, now),
  ]);
  const { host, port } = found.target;
  // Persistence on a disk is that of a server of your own; a managed cache has snapshots.
  const all = managed ? [...lines.filter(({ id }) => id !== 'persistence'), ...managed] : lines;
  return answer(targetText(host, port), all, [...SERVER_LINE_IDS, ...MANAGED_LINE_IDS]);
}

type ManagedModule = typeof import('./managed-target');

/** Loaded on demand, because its AWS clients are large. */
function loadManaged(): ManagedModule {
  return require('./managed-target') as ManagedModule;
}

function loadCompose() {
  const { linesOfCompose } =
    require('../compose/lines-of-compose') as typeof import('../compose/lines-of-compose');
  const { COMPOSE_CLAIMS } = require('../compose/judge') as typeof import('../compose/judge');
  return { linesOfCompose, ids: Object.keys(COMPOSE_CLAIMS) };
}

async function linesOfServer(
  target: VerifyTarget,
  options: VerifyOptions,
  about: { readonly today: Date; readonly isManaged?: boolean },
) {
  const from = options.from === undefined ? undefined : reachFinding(options.from, target.port);
  const facts = await readServer(target, { sendsWrongLogin: options.failedLogin, from });
  return serverLines(facts, {
    ...about,
    purpose: Purpose.ALL.find(({ id }) => id === options.purpose),
  });
}

function caOf({ ca }: VerifyOptions): string | undefined {
  const file = ca ?? (process.env[APPLICATION_ENV.caFile] || undefined);
  return file === undefined ? undefined : authorityIn(file);
}

function requireOneTarget(url: string | undefined, options: VerifyOptions): void {
  const given = [...(url === undefined ? [] : ['a url'])].concat(
    TARGETS.filter((each) => options[each] !== undefined).map((each) => `--${each}`),
  );
  if (given.length > 1) {
    throw new CliError(
      `verify must get one of a url, --secret, --stack, --compose and --reachable, got ` +
        `${given.join(' and ')}. Leave out all but one.`,
    );
  }
  const { from, purpose, ca, user } = options;
  const isOfServer = [from, purpose, ca].some((each) => each !== undefined);
  const [only = ''] = given;
  if (isOfServer && (only === '--reachable' || only === '--compose')) {
    throw new CliError(
      `${only} must be without --from, --purpose and --ca, which are about a server that is ` +
        'asked, got one of them. Leave it out.',
    );
  }
  if (user !== undefined && only !== '--stack') {
    throw new CliError(
      '--user must be beside --stack, got it without. Add --stack, or leave it out.',
    );
  }
}
