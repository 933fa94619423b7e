/**
 * The client reads the password of any Redis, not only by ElastiCache's rule: each of a table that
 * the example in Python reads too, in the fields of a secret and in a connection string.
 */

import { inspect } from 'node:util';
import { RedisClientError } from '../../client/redis-client-error';
import { RedisCredentials } from '../../client/redis-credentials';
import { redisUrl } from '../../client/redis-url';
import { SecretText } from '../../contract/secret-text';
import { passwords } from '../../examples/python/tests/connection-urls.json';

const AT = { host: 'real.example', readerHost: 'real.example', port: 6380 };

function readPassword(password: string): Promise<string> {
  const text = JSON.stringify({ username: 'default', password, ...AT });
  const credentials = new RedisCredentials({ read: async () => text });
  return credentials.get().then((credential) => credential.password.reveal());
}

const urlOf = (userinfo: string) => `rediss://default:${userinfo}@real.example:6380/0`;

describe('A password of any Redis is read', () => {
  test('each of at least ten', () => expect(passwords.read.length).toBeGreaterThan(9));

  test.each(passwords.read)('$what', async ({ password, encoded, unencoded }) => {
    expect(await readPassword(password)).toBe(password);
    expect(redisUrl.parse(urlOf(encoded)).password.reveal()).toBe(password);
    const parts = { username: 'default', password: SecretText.of(password), database: 0, ...AT };
    const { readerHost: _, ...target } = parts;
    expect(redisUrl.parse(redisUrl.build(target)).password.reveal()).toBe(password);
    const parse = () => redisUrl.parse(urlOf(password));
    if (unencoded === null) expect(parse).toThrow('must be percent-encoded there');
    else expect([parse().password.reveal(), parse().host]).toEqual([unencoded, 'real.example']);
  });
});

describe('A password that cannot be sent is refused, and not quoted', () => {
  const refused = Object.entries(passwords.refused).flatMap(([why, each]) =>
    each.map((password) => [password, why] as const),
  );

  test.each(refused)('%j: %s', async (password, why) => {
    const error = await readPassword(password).catch((thrown: RedisClientError) => thrown);
    expect(error).toBeInstanceOf(RedisClientError);
    expect((error as RedisClientError).message).toContain(`the secret ${why}. `);
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('hunter2');
  });

  test.each([
    ['letters', 'a'.repeat(8_192), 'a'.repeat(8_193)],
    ['bytes, not characters', 'é'.repeat(4_096), 'é'.repeat(4_097)],
  ])('of more than 8192 %s', async (_, longest, tooLong) => {
    const why = 'has a password of more than 8192 bytes, which is too long for a login';
    expect(await readPassword(longest)).toBe(longest);
    await expect(readPassword(tooLong)).rejects.toThrow(`the secret ${why}`);
    expect(() => redisUrl.parse(urlOf(encodeURIComponent(tooLong)))).toThrow(why);
  });
});
