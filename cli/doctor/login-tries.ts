/** Other forms of a refused login: which of them the server accepts tells the cause. */

import { SecretText } from '../../contract/secret-text';
import type { ServerAddress } from '../server/server-address';
import type { LoginTry } from './connection-facts';

export interface LoginForm {
  readonly kind: LoginTry['kind'];
  readonly username?: string;
  readonly password: SecretText;
}

/** At most three; each is one more refused login for the server, if it is wrong. */
export function otherForms(
  { username }: ServerAddress,
  password: SecretText,
  url: string,
): readonly LoginForm[] {
  const value = password.reveal();
  const trimmed = withoutQuotes(value.trim()).trim();
  const [, written = ''] = /\/\/[^/?#]*?:([^/?#]*)@/.exec(url) ?? [];
  const forms: readonly (readonly [LoginForm['kind'], string | undefined, string])[] = [
    ['trimmed', username, trimmed],
    ['not decoded', username, written],
    ['as user default', undefined, value],
  ];
  return forms
    .filter(([kind, , text]) => {
      if (kind === 'as user default') return username !== undefined && username !== 'default';
      return text !== '' && text !== value;
    })
    .map(([kind, name, text]) => ({ kind, username: name, password: SecretText.of(text) }));
}

function withoutQuotes(text: string): string {
  const [, , inner] = /^(["'`])(.*)\1$/s.exec(text) ?? [];
  return inner ?? text;
}

/** What an IAM token says about itself; `undefined` if it is none. */
export interface IamToken {
  readonly user: string;
  readonly endsMs: number;
}

export function iamTokenOf(password: SecretText): IamToken | undefined {
  const [, query = ''] = /^[\w.-]{1,120}\/\?(.{1,4096})$/s.exec(password.reveal()) ?? [];
  const of = new URLSearchParams(query);
  if (of.get('Action') !== 'connect' || of.get('X-Amz-Signature') === null) return undefined;
  const [, ...parts] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(of.get('X-Amz-Date') ?? '') ?? [];
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.map(Number);
  const signedMs = Date.UTC(year, month - 1, day, hour, minute, second);
  const seconds = Number(of.get('X-Amz-Expires') ?? Number.NaN);
  return { user: of.get('User') ?? '', endsMs: signedMs + seconds * 1_000 };
}
