/** What makes a password of `develop` weak, rule by rule, typed by hand. */

import {
  STRONG_LENGTH_MIN,
  STRONG_PASSWORD_RULE,
  weaknessOf,
} from '../../contract/strong-password';

/** 32 characters, all different in kind or place. */
const STRONG = 'aB3$eF6%hJ9&kL2*nP5!rS8@tU1#vW4?';
const KNOWN = 'one with words that are known from examples';

test('The rule says what is required', () => {
  expect(STRONG_LENGTH_MIN).toBe(32);
  expect(STRONG_PASSWORD_RULE).toBe(
    'at least 32 characters, with a letter, a digit and a special character, and not a password ' +
      'from examples',
  );
});

describe('A password is strong', () => {
  test.each([
    ['of each kind, at the shortest', STRONG],
    ['longer', `${STRONG}${STRONG}`],
    ['with letters of another script', `жж3$ёя6%щы9&кл2*нп5!рс8@ту1#вш4?`],
    ['of ten different characters', 'a1b2c3d4e!a1b2c3d4e!a1b2c3d4e!a1'],
    ['with the word alone', `${STRONG}password`],
    ['with a word between', `${STRONG}my-old-password`],
    ['with a change of another thing', `${STRONG}change--me`],
    ['with two signs before the word', `${STRONG}my--password`],
    ['with two signs before it and strong', `${STRONG}redis-strong--password`],
  ])('%s', (_, password) => {
    expect(weaknessOf(password)).toBeUndefined();
  });
});

describe('A password is weak', () => {
  test.each([
    ['one character too short', STRONG.slice(1), 'one of 31 characters'],
    ['empty', '', 'one of 0 characters'],
    ['short in characters, long in units', '😀'.repeat(31), 'one of 31 characters'],
    ['with a space', `${STRONG} x`, 'one with a space or a control character'],
    ['with a line break', `${STRONG}\n`, 'one with a space or a control character'],
    ['with a bell', `${STRONG}\u0007`, 'one with a space or a control character'],
    ['without a letter', '1234567890!$%&/()=?1234567890!$%&', 'one without a letter'],
    ['without a digit', 'aB!$eF-%hJ_&kL:*nP;!rS,@tU.#vW+?', 'one without a digit'],
    ['with a foreign digit only', 'aB!$eF-%hJ_&kL:*nP;!rS,@tU.#vW٣?', 'one without a digit'],
    [
      'without a special one',
      'aB31eF62hJ93kL24nP55rS86tU17vW48',
      'one without a special character',
    ],
    ['with accents only', 'äB31eF62hJ93kL24nP55rS86tU17vW4é', 'one without a special character'],
    ['of nine characters', 'a1b2c3d4!a1b2c3d4!a1b2c3d4!a1b2c3', 'one that repeats few characters'],
    ['from an example, and short', 'change-me-in-production', KNOWN],
    ['from an example: changeme', `${STRONG}changeme`, KNOWN],
    ['from an example: change-me', `change-me${STRONG}`, KNOWN],
    ['from an example: CHANGE_THIS', `${STRONG}CHANGE_THIS${STRONG}`, KNOWN],
    ['from an example: ChangeIt', `${STRONG}ChangeIt`, KNOWN],
    ['from an example: yourpassword', `${STRONG}yourpassword`, KNOWN],
    ['from an example: My-Password', `${STRONG}My-Password`, KNOWN],
    ['from an example: secret_strong_password', `${STRONG}secret_strong_password`, KNOWN],
    ['from an example: redisstrongpassword', `${STRONG}redisstrongpassword`, KNOWN],
  ])('%s', (_, password, weakness) => {
    expect(weaknessOf(password)).toBe(weakness);
  });
});
