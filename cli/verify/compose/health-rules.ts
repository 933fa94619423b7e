/** Lines about the health check of a Redis in a compose file. */

import type { VerifyLine } from '../line';
import { composePasswordOf } from './compose-password';
import { type ComposeWord, programOf } from './compose-word';
import { type HealthTest, healthTestOf } from './health-test';
import type { Judge } from './judge';
import { isOperator } from './shell-words';

const CLIENTS = ['redis-cli', 'valkey-cli', 'keydb-cli'];
/** Options of the client that are followed by a value. */
const VALUED = [
  '-h',
  '-p',
  '-a',
  '-u',
  '-n',
  '-s',
  '-t',
  '-r',
  '-i',
  '--user',
  '--pass',
  '--cacert',
].concat('--cacertdir', '--cert', '--key', '--sni', '--tls-ciphers', '--tls-ciphersuites');
const WRITES = [
  'incr',
  'incrby',
  'decr',
  'set',
  'setex',
  'setnx',
  'append',
  'del',
  'getset',
  'lpush',
].concat('rpush', 'sadd', 'hset', 'zadd', 'xadd', 'expire', 'flushall', 'flushdb', 'unlink');
const FIX =
  'log in with REDISCLI_AUTH from a file secret, and compare the whole answer with PONG: ' +
  '`npx secure-redis develop --compose` writes such a script';
/** What reads the answer: `redis-cli` itself exits with 0 after an error. */
const READS_ANSWER = /\bgrep\b|\[\s|\btest\s|==?\s*["']?PONG|\bcase\b|\bawk\b/;
const LOGS_IN = /REDISCLI_AUTH|VALKEYCLI_AUTH|(?:^|\s)(?:-a|--pass|-u|--uri)(?:\s|=)|\bAUTH\b/;

/** A script may have the name of the client in a variable. */
const CLIENT_TEXT = /(?:redis|valkey|keydb)-cli|REDISCLI_AUTH/;

/** One call of the client in a health check. */
interface ClientCall {
  readonly command: string;
  readonly failsOnError: boolean;
}

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
  const { line, text } = test;
  const calls = callsIn(test);
  if (calls.length === 0 && !CLIENT_TEXT.test(text)) {
    if (/\b(?:nc|ncat|pgrep|ps|true|exit 0|\/dev\/tcp|curl|echo|ss|netstat)\b/.test(text)) {
      return judge.fail(
        id,
        'it never logs in, so that it passes while logins are refused',
        FIX,
        line,
      );
    }
    return judge.unknown(id, 'its program is not known', FIX, line);
  }
  const isRead = READS_ANSWER.test(text) || calls.some(({ failsOnError }) => failsOnError);
  if (!isRead) {
    return judge.fail(
      id,
      'it passes while the server answers NOAUTH or another error: `redis-cli` then exits with 0',
      FIX,
      line,
    );
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

/** Calls of the client, up to the next operator. */
function callsIn({ words }: HealthTest): readonly ClientCall[] {
  return words.flatMap((word, index) =>
    CLIENTS.includes(programOf(word.part).replace(/^\$\(/, ''))
      ? [callFrom(words.slice(index + 1))]
      : [],
  );
}

function callFrom(words: readonly ComposeWord[]): ClientCall {
  let failsOnError = false;
  for (let at = 0; at < words.length; at++) {
    const word = words[at];
    if (word === undefined || isOperator(word.part, word.isQuoted)) break;
    if (word.part === '-e') failsOnError = true;
    if (VALUED.includes(word.part)) at += 1;
    else if (!word.part.startsWith('-')) {
      return { command: word.part.toLowerCase().replace(/\)+$/, ''), failsOnError };
    }
  }
  return { command: '', failsOnError };
}

function readsOnly(judge: Judge, test: HealthTest | undefined): VerifyLine {
  const id = 'compose-health-check-reads-only';
  if (test === undefined) return judge.pass(id, 'there is none');
  const written = callsIn(test).find(({ command }) => WRITES.includes(command));
  if (written === undefined) return judge.pass(id, 'it sends no command that writes');
  const name = written.command.toUpperCase();
  const evidence = `it runs ${name}, which changes a key each time, and fails on a full server`;
  return judge.fail(id, evidence, 'send PING', test.line);
}

function withoutPassword(judge: Judge, test: HealthTest | undefined): VerifyLine {
  const claim = 'compose-password-not-in-health-check';
  if (test === undefined) return judge.pass(claim, 'there is none');
  const { words, line } = test;
  const shown = words.findIndex(({ part }) => /^(?:-a|--pass|--requirepass)$/.test(part));
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
