/** The arguments in a printed command that replays a schedule. */

const AFTER_DASHES = / -- (.*)$/;

/** As a shell splits it: only the name of a mutant is quoted. */
export function wordsOf(command: string): readonly string[] {
  const [, args = ''] = AFTER_DASHES.exec(command) ?? [];
  return Array.from(args.matchAll(/'([^']*)'|(\S+)/g), ([, quoted, bare]) => quoted ?? bare ?? '');
}
