/**
 * Checks the options added to a client's connection string: known to the client, and neither
 * weakening TLS nor secret.
 */

import { isWithin } from '../validation/limits';
import { anyOf } from '../validation/must-be';
import type { Problems } from '../validation/setting-error';
import type { ClientProfile, UrlOptionKind } from './client-profile';

const WEAKENS_TLS = /ssl|tls|cert|verify|peer|insecure|hostname|unauthorized/i;
/** Names of options that may hold a secret, whose values are never printed. */
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

/** A token is rejected by its characters: its value is unknown and could not be encoded. */
function isOfKind(value: unknown, kind: UrlOptionKind): boolean {
  if (kind === 'boolean') return typeof value === 'boolean';
  if (kind === 'number') return typeof value === 'number' && isWithin(value, COUNTS);
  return typeof value === 'string' && /^[\w.:-]+$/.test(value);
}

const COUNTS = { min: 0, max: Number.MAX_SAFE_INTEGER };
