/** Lines about the health check of a Redis in a compose file. */

import type { VerifyLine } from '../line';
import { composePasswordOf } from './compose-password';
import { sentCommands } from './health-commands';
import { type HealthTest, healthTestOf } from './health-test';
import type { Judge } from './judge';
import { statusWith } from './shell-outcome';

const FIX =
  'log in with REDISCLI_AUTH from a file secret, and compare the whole answer with PONG: ' +
  '`npx secure-redis develop --compose` writes such a script';
/** What a server answers that refuses: the check must fail with each. */
const REFUSALS = [
  'NOAUTH Authentication required.',
  "NOPERM User default has no permissions to run the 'ping' command",
  'LOADING Redis is loading the dataset in memory',
];
/** Programs that connect, or look at processes, and never log in. */
const NO_LOGIN =
  /(?:^|[\s;|&(])(?:nc|ncat|pgrep|pidof|ps|true|curl|wget|ss|netstat|exit 0|echo)\b|\/dev\/tcp/;
const LOGS_IN =
  /REDISCLI_AUTH|VALKEYCLI_AUTH|(?:^|\s)(?:-a|--pass|-u|--uri)(?:\s|=)|(?:^|[\s"'])auth\s/i;

/** A script may have the name of the client in a variable. */
const CLIENT_TEXT = /(?:redis|valkey|keydb)-cli|REDISCLI_AUTH/;

export function healthLines(judge: Judge): readonly VerifyLine[] {
  const test = healthTestOf(judge.file, judge.service);
  return [checked(judge, test), readsOnly(judge, test), withoutPassword(judge, test)];
}

function checked(judge: Judge, test: HealthTest | undefined): VerifyLine {
  const id = 'compose-health-check';
  const { service } = judge;
  if (test === undefined) {
    if (service.image.engine === 'dragonfly') {
      return judge.unknown(id, 'the file has none, and that of the image is not read', FIX);
    }
    return judge.missing(id, 'there is none', FIX);
  }
  const { line, text, args } = test;
  const isClient = CLIENT_TEXT.test(text);
  if (!isClient && NO_LOGIN.test(text) && !LOGS_IN.test(text)) {
    const why = 'it never logs in, so that it passes while logins are refused';
    return judge.fail(id, why, FIX, line);
  }
  const statuses = REFUSALS.map((answer) => statusWith({ answer, called: () => {} }, text, args));
  const passing = statuses.indexOf(0);
  if (passing >= 0) {
    const answer = passing === 0 ? 'NOAUTH or another error' : REFUSALS[passing]?.split(' ')[0];
    const why = `it passes while the server answers ${answer}: its exit status is then 0`;
    return judge.fail(id, why, FIX, line);
  }
  if (statuses.includes(undefined)) {
    const what = isClient ? 'its exit status is not followed' : 'its program is not known';
    return judge.unknown(id, what, FIX, line);
  }
  if (composePasswordOf(service).state === 'required' && !logsIn(judge, test)) {
    return judge.fail(id, 'it does not log in, and the server requires a password', FIX, line);
  }
  return judge.pass(id, 'it reads the answer of the server');
}

function logsIn({ service }: Judge, { text, words }: HealthTest): boolean {
  const names = service.environment.map(({ name }) => name);
  return (
    names.includes('REDISCLI_AUTH') ||
    LOGS_IN.test(text) ||
    words.some(({ part }) => /^(?:redis|rediss|valkey):\/\/.*@/.test(part))
  );
}

function readsOnly(judge: Judge, test: HealthTest | undefined): VerifyLine {
  const id = 'compose-health-check-reads-only';
  if (test === undefined) return judge.pass(id, 'there is none');
  const { writing, unknown } = sentCommands(test);
  if (writing !== undefined) {
    const evidence = `it runs ${writing}, which changes data or a setting each time`;
    return judge.fail(id, evidence, 'send PING', test.line);
  }
  if (unknown !== undefined) return judge.unknown(id, unknown, 'send PING', test.line);
  return judge.pass(id, 'it sends no command that writes');
}

function withoutPassword(judge: Judge, test: HealthTest | undefined): VerifyLine {
  const claim = 'compose-password-not-in-health-check';
  if (test === undefined) return judge.pass(claim, 'there is none');
  const { words, line } = test;
  const shown = words.findIndex(
    ({ part }, at) =>
      /^(?:-a|--pass|--requirepass)$/.test(part) ||
      (/^auth$/i.test(part) && words.slice(0, at).some((each) => CLIENT_TEXT.test(each.part))),
  );
  const isUrl = words.some(({ part }) => /^[a-z]+:\/\/[^@/]*:[^@]+@/.test(part));
  if (shown >= 0 || isUrl) {
    return judge.fail(
      claim,
      'the password is an argument of `redis-cli`, which `ps` shows',
      FIX,
      line,
    );
  }
  const isFilled = words.some(
    ({ part, filled }) => /AUTH|PASS/i.test(part) && part.includes('=') && filled.used.size > 0,
  );
  if (isFilled) {
    const evidence = 'compose fills the password into the check, which `docker inspect` shows';
    return judge.fail(claim, evidence, FIX, line);
  }
  return judge.pass(claim, 'no argument has it');
}
