/**
 * The options that may be added to the connection string of a client: those that it knows, and none
 * that weakens TLS or holds a secret.
 */

import { isWithin } from '../validation/limits';
import { anyOf } from '../validation/must-be';
import type { Problems } from '../validation/setting-error';
import type { ClientProfile, UrlOptionKind } from './client-profile';

const WEAKENS_TLS = /ssl|tls|cert|verify|peer|insecure|hostname|unauthorized/i;
/** What may well hold a secret is not printed, right or wrong. */
const MAY_BE_SECRET = /pass|pwd|auth(?!or)|secret|token|credential/i;

export function checkOptions(
  problems: Problems,
  { urlOptions, title }: ClientProfile,
  options: object,
): void {
  const names = Object.keys(urlOptions);
  const some = names.length === 0 ? `nothing: ${title} takes none there` : anyOf(names);
  for (const [name, value] of Object.entries(options)) {
    const setting = `options.${name}`;
    const kind = Object.hasOwn(urlOptions, name) ? urlOptions[name] : undefined;
    if (kind === undefined && MAY_BE_SECRET.test(name)) {
      problems.found.push({
        setting,
        given: '[password]',
        allowed: 'nothing: the secret has the login',
        advice: 'remove it, and put no secret into code',
      });
    } else if (kind === undefined && WEAKENS_TLS.test(name)) {
      problems.add(setting, value, 'nothing: the certificate is always verified', 'remove it');
    } else if (kind === undefined) {
      problems.add(
        setting,
        value,
        some,
        'remove it; what stands beside the string is in `options`',
      );
    } else if (!isOfKind(value, kind)) {
      problems.add(setting, value, KIND_WORDS[kind]);
    }
  }
}

const KIND_WORDS: Readonly<Record<UrlOptionKind, string>> = {
  text: 'a text of letters, digits and ._:-',
  number: 'an integer of 0 or more',
  boolean: 'true or false',
};

/** A token is none, by its characters: its value is not known yet, and could not be encoded. */
function isOfKind(value: unknown, kind: UrlOptionKind): boolean {
  if (kind === 'boolean') return typeof value === 'boolean';
  if (kind === 'number') return typeof value === 'number' && isWithin(value, COUNTS);
  return typeof value === 'string' && /^[\w.:-]+$/.test(value);
}

const COUNTS = { min: 0, max: Number.MAX_SAFE_INTEGER };
