/** `npx secure-redis password`, the rule of strong passwords, and passwords in `.env` lines. */

import { spawnSync } from 'node:child_process';
import { parseEnv } from 'node:util';
import { newStrongPassword } from '../../cli/develop/new-password';
import { assignment } from '../../cli/dotenv/dotenv-file';
import { weaknessOf } from '../../contract/strong-password';
import { notePassword } from '../support/leaks';
import { runIn } from '../support/run-develop';
import { temporaryFolder } from '../support/temporary-folder';

describe('The command', () => {
  test('prints another password each time, and keeps none', async () => {
    const folder = temporaryFolder('password');
    const ran = await Promise.all([1, 2].map(() => runIn(folder, ['password'])));
    for (const { code, out, err } of ran) {
      expect(out).toMatch(/^[A-Za-z0-9][A-Za-z0-9-]{63}\n$/);
      expect([code, err]).toEqual([0, '']);
    }
    expect(ran[0]?.out === ran[1]?.out).toBe(false);
    const json = JSON.parse((await runIn(folder, ['password', '--json'])).out);
    expect(Object.keys(json)).toEqual(['password']);
  });

  test('prints passwords that are strong', () => {
    for (let draw = 0; draw < 200; draw++) {
      const password = newStrongPassword().reveal();
      expect(password).toMatch(/^(?=.*[A-Za-z])(?=.*\d)(?=.*-)[A-Za-z0-9][A-Za-z0-9-]{63}$/);
      expect(weaknessOf(password)).toBe(undefined);
    }
  });
});

describe('The rule', () => {
  test.each([
    ['openssl rand -base64 32', '7Qf8K2mNxVp1rT3jL9sW6hY4cZ5bA8nU0dE1gH2iFa0='],
    ['32 characters', 'abcdefghijklmnopqrstuvwxyz01234-'],
    ['any letters', 'пароль-пароль-1234567890-абвгдеж'],
  ])('takes %s', (_, password) => {
    expect(weaknessOf(password)).toBe(undefined);
  });

  test.each([
    ['abcdefghijklmnopqrstuvwxyz0123-', 'one of 31 characters'],
    ['abcdefghijklmnopqrstuvwxyz 01234-', 'one with a space or a control character'],
    ['0123456789-0123456789-0123456789-', 'one without a letter'],
    ['abcdefghijklmnopqrstuvwxyz-abcdefg', 'one without a digit'],
    ['abcdefghijklmnopqrstuvwxyz01234567', 'one without a special character'],
    ['ab1-ab1-ab1-ab1-ab1-ab1-ab1-ab1-ab1-', 'one that repeats few characters'],
    ['Change_Me-0123456789-abcdefghijklm', 'one with words that are known from examples'],
    ['my-strong-password-0123456789-abcd', 'one with words that are known from examples'],
  ])('refuses %s', (password, weakness) => {
    expect(weaknessOf(password)).toBe(weakness);
  });
});

describe('A line of a .env file', () => {
  test.each(['plain-1', "it's#1", 'a b#c', '$HOME!&<>^', 'a+b/c=', 'quo"te$1'])(
    'means %s to Node.js and to a shell',
    (value) => {
      notePassword(value);
      const line = assignment('X', value);
      expect(parseEnv(line).X).toBe(value);
      const { stdout } = spawnSync('sh', ['-c', `${line}\nprintf %s "$X"`], { encoding: 'utf8' });
      expect(stdout).toBe(value);
    },
  );

  test('is refused where no quotes mean the same to both', () => {
    expect(() => assignment('X', `it's "$1"`)).toThrow(/^X must have no single quote together/);
  });
});
