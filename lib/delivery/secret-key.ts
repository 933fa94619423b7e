/**
 * The keys of the credentials secret, and their environment variables.
 *
 * The rotation function writes the same keys; a test compares them.
 */

import { APPLICATION_ENV } from '../../contract/application-env';
import { choiceKind, objectOf } from '../settings/value-kinds';
import { SettingError } from '../validation/setting-error';

export enum SecretKey {
  URL = 'url',
  READER_URL = 'readerUrl',
  USERNAME = 'username',
  PASSWORD = 'password',
  HOST = 'host',
  READER_HOST = 'readerHost',
  PORT = 'port',
}

/** Environment variables by name, each with a key of the secret. */
export type SecretVariables = { readonly [variable: string]: SecretKey };

export const DEFAULT_VARIABLES: SecretVariables = {
  [APPLICATION_ENV.url]: SecretKey.URL,
  [APPLICATION_ENV.readerUrl]: SecretKey.READER_URL,
};

const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** @throws SettingError with a line per name that shells or containers reject. */
export function checkedVariables(path: string, variables: SecretVariables = DEFAULT_VARIABLES) {
  const entries = Object.entries(variables);
  if (entries.length === 0) {
    throw new SettingError(
      `${path}: \`variables\` must be at least one environment variable, got {}. Add one, or ` +
        'remove it for the default.',
    );
  }
  const wrong = entries.filter(([name]) => !VARIABLE.test(name));
  if (wrong.length === 0) return entries;
  throw new SettingError(
    wrong
      .map(
        ([name]) =>
          `${path}: \`variables\` must be names of letters, digits and _, not a digit first, got ` +
          `${JSON.stringify(name)}. Rename it.`,
      )
      .join('\n'),
  );
}

const SECRET_KEY = choiceKind({
  words: 'one of SecretKey',
  className: 'SecretKey',
  accepts: (value) => (Object.values(SecretKey) as unknown[]).includes(value),
  names: Object.keys(SecretKey),
});

/** The kind of `variables`, wherever they are a prop. */
export const VARIABLES_KIND = objectOf('an object of SecretKey by the names of variables', {
  each: SECRET_KEY,
  advice: () => 'Use for example { REDIS_URL: SecretKey.URL }.',
});
