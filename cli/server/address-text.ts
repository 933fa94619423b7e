/**
 * Refuses texts that are no connection string as a whole: quotes and line ends of the file that
 * they were in, variables and placeholders that nothing has replaced.
 */

import { AddressError } from './address-error';

/** Longer than any connection string with options. */
const LENGTH_MAX = 4_096;

/** A part before the host that is a name in capitals: `$REDIS_PASSWORD`. */
const SHELL_VARIABLE = /[/:@]\$([A-Z]+(?:_[A-Z]+)*)(?=[:/@?]|$)/;
const BRACED = /\$\{([^{}]*)\}|\{\{([^{}]*)\}\}/;
/** A whole part: `{password}`, `<password>`, `[password]` of masked output, `****`. */
const PLACEHOLDER = /(?:\/\/|:)(?:\{[^{}@]*\}|<[^<>@]*>|\[password\]|\*+)@/;

/** A name that can be quoted, since it is not part of a random password. */
const PLAIN_NAME = /^(?=.*(?:PASS|SECRET|REDIS|VALKEY|CACHE|HOST|PORT|URL|USER))[A-Z0-9_]{1,40}$/;

/** @throws AddressError */
export function requireOneText(text: string): void {
  const set = 'Set the variable that should hold it, and check that its file is loaded';
  if (text.trim() === '') throw new AddressError('empty', 'have a host', 'no text', set);
  if (text.length > LENGTH_MAX) {
    const got = `${text.length} characters`;
    const advice = 'Pass the connection string alone';
    throw new AddressError('white-space', `have at most ${LENGTH_MAX} characters`, got, advice);
  }
  if (/^(?:export\s+)?[A-Za-z_]\w*=/.test(text)) {
    const advice = 'Pass only what follows its first =';
    throw new AddressError('scheme', 'begin with redis:// or rediss://', 'a variable', advice);
  }
  if (/^["'`]|["`]$/.test(text.trim())) {
    const advice =
      'Remove them: some programs that read a .env file, as `docker run --env-file` does, keep ' +
      'them';
    throw new AddressError('quotes', 'be without quotes around it', 'quotes', advice);
  }
  // Jinja and Helm write spaces in it.
  if (/\{\{[^{}]*\}\}/.test(text)) requireNoPlaceholder(text);
  if (!/[\s\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(text)) return;
  const isAround = text.trim() === text;
  throw new AddressError(
    'white-space',
    'be without spaces and line ends',
    isAround ? 'a space, a line end or a control character in it' : 'one before or after it',
    isAround
      ? 'Remove it, or write a space in a password as %20'
      : 'Remove it: an echo or an editor may have added a line end',
  );
}

/** @throws AddressError for a variable or a placeholder that should have been replaced */
export function requireNoPlaceholder(text: string): void {
  const [found, one, other] = SHELL_VARIABLE.exec(text) ?? BRACED.exec(text) ?? [];
  if (found !== undefined) {
    const name = (one ?? other ?? '').trim();
    const known = PLAIN_NAME.test(name) ? ` ${name}` : '';
    throw new AddressError(
      'placeholder',
      'have values in it',
      `the name of a variable${known} that nothing has replaced`,
      'Write the value, or let a program that expands variables read the file: compose and a ' +
        'shell do, most libraries for .env files and `docker run --env-file` do not. If it is ' +
        'part of a password, percent-encode $ { } as %24 %7B %7D',
    );
  }
  if (!PLACEHOLDER.test(text)) return;
  throw new AddressError(
    'placeholder',
    'have the password in it',
    'a placeholder or a mask',
    'Write the password in its place, percent-encoded',
  );
}
