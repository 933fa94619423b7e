/** What the command of a service starts: a server, or a client of one elsewhere. */

import { SERVER_PROGRAMS } from './compose-image';
import { type ComposeWord, programOf, valueOfWord } from './compose-word';

/** Programs of the images of Redis that are no server, and those that only keep a container up. */
const NO_SERVERS = ['redis', 'valkey', 'keydb']
  .flatMap((name) =>
    ['cli', 'benchmark', 'check-aof', 'check-rdb'].map((each) => `${name}-${each}`),
  )
  .concat('redis-trib.rb', 'sleep', 'tail', 'true', 'echo', 'cat', 'ls', 'nc', 'ping');
const HOST_OPTION = /^(?:-h|--?(?:host|hostname|server|redis[-_]host))$/i;
const SERVERS = Object.keys(SERVER_PROGRAMS).join('|');
/** A server where a shell takes a word for a program. */
const STARTS_SERVER = new RegExp(
  '(?:^|[\\n;&|({`]|\\b(?:exec|then|do|else|nohup|docker-entrypoint\\.sh|(?:gosu|su-exec) \\S+))' +
    `\\s*["']?(?:/\\S*/)?(?:${SERVERS})\\b`,
);
const RUNS_CLIENT = /\b(?:redis|valkey|keydb)-(?:cli|benchmark)\b/;
/** A script or a program in a variable, which may start anything. */
const RUNS_OTHER = /\.sh\b|\bexec\b|\/run\b|supervisord/;
const INITS = /^(?:tini|dumb-init|catatonit|--|-[a-z]+|docker-entrypoint\.sh)$/;

/** Words without names of hosts, which may be `redis-server`. */
export function withoutHosts(words: readonly ComposeWord[]): readonly ComposeWord[] {
  return words.filter((_, index) => !HOST_OPTION.test(words[index - 1]?.part ?? ''));
}

/** The words after an init process and the entry point of the image. */
export function commandAfterEntrypoint(words: readonly ComposeWord[]): readonly ComposeWord[] {
  const [first] = words;
  if (first === undefined || first.part.startsWith('-')) return words;
  const at = words.findIndex(({ part }) => !INITS.test(programOf(part)));
  return at < 0 ? [] : words.slice(at);
}

/**
 * The program of a container that runs no server, such as one that makes a cluster.
 * @param script what a shell runs: the text of `-c`, or of a mounted script
 */
export function programWithoutServer(
  words: readonly ComposeWord[],
  script: ComposeWord | undefined,
): string | undefined {
  if (script !== undefined) {
    const text = script.part.replaceAll(/^\s*#.*$/gm, '');
    const isOther = STARTS_SERVER.test(text) || RUNS_OTHER.test(text.replaceAll(/\S*-cli\b/g, ''));
    const [client] = RUNS_CLIENT.exec(text) ?? [];
    return isOther ? undefined : client;
  }
  const [first] = commandAfterEntrypoint(words);
  const program = first === undefined ? '' : programOf(valueOfWord(first));
  return NO_SERVERS.includes(program) ? program : undefined;
}
