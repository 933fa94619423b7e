/** Generates the value of a secret by the template's GenerateSecretString. */

import { randomInt } from 'node:crypto';
import type { GenerateSecretString } from './access-blueprint';

const DRAWS_MAX = 1000;

/** The secret as JSON, with the password in it. */
export function generate(how: GenerateSecretString): string {
  const kinds = ['abcdefghijklmnopqrstuvwxyz', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', '0123456789']
    .concat('!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~')
    .map((kind) => Array.from(kind).filter((each) => !how.ExcludeCharacters.includes(each)))
    .filter((kind) => kind.length > 0);
  const alphabet = kinds.flat();
  for (let draw = 0; draw < DRAWS_MAX; draw++) {
    const drawn = Array.from({ length: how.PasswordLength }, () =>
      String(alphabet[randomInt(alphabet.length)]),
    );
    const hasEachKind = kinds.every((kind) => drawn.some((each) => kind.includes(each)));
    if (!how.RequireEachIncludedType || hasEachKind) {
      const template = JSON.parse(how.SecretStringTemplate);
      return JSON.stringify({ ...template, [how.GenerateStringKey]: drawn.join('') });
    }
  }
  throw new Error('GenerateSecretString cannot be satisfied');
}
