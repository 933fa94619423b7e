/**
 * The proxy that stands for the IAM login of ElastiCache, before a real server: which logins it
 * accepts, and when it ends a connection.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import { connect, type TLSSocket } from 'node:tls';
import { Password } from '../../contract/password';
import { encodeCommand, RespDecoder, RespError, type RespReply } from '../../contract/resp';
import { IamNodes } from '../support/iam-nodes';
import { handMade, SESSION_TOKEN, TEMPORARY_ID, timeOf } from '../support/iam-tokens';

const CONNECTION_MS = 800;
const TIMEOUT_MS = 20_000;

let iam: IamNodes;
const open: TLSSocket[] = [];
beforeAll(async () => {
  iam = await IamNodes.start({ connectionMs: CONNECTION_MS });
  await iam.nodes[0]?.setUser('people', ['on', '~*', '+@all'], [Password.of('people-password-0')]);
}, TIMEOUT_MS);
afterEach(() => {
  for (const socket of open.splice(0)) socket.destroy();
});
afterAll(() => iam.stop());

const token = (more: object = {}) => handMade({ time: timeOf(Date.now()), ...more });

/** A connection whose replies are awaited; `closed` after its end. */
async function dial() {
  const socket = connect({ host: 'localhost', port: iam.port, ca: iam.ca });
  open.push(socket);
  const decoder = new RespDecoder();
  const replies: RespReply[] = [];
  let isClosed = false;
  socket.on('data', (chunk) => replies.push(...decoder.feed(chunk)));
  socket.on('error', () => undefined);
  socket.on('close', () => {
    isClosed = true;
  });
  const ask = async (...commands: readonly (readonly string[])[]) => {
    const count = replies.length + commands.length;
    socket.write(Buffer.concat(commands.map((parts) => encodeCommand(...parts))));
    for (let tries = 0; tries < 500 && replies.length < count && !isClosed; tries++) await sleep(5);
    return replies
      .slice(count - commands.length)
      .map((each) => (each instanceof RespError ? each.code : each));
  };
  return { socket, ask, isClosed: () => isClosed };
}

const WHO = ['ACL', 'WHOAMI'];

describe('A login', () => {
  test.each([
    ['AUTH', (given: string) => ['AUTH', 'app', given]],
    ['HELLO with AUTH', (given: string) => ['HELLO', '2', 'AUTH', 'app', given]],
    ['HELLO in small letters', (given: string) => ['hello', '2', 'auth', 'app', given]],
    ['HELLO with a name', (given: string) => ['HELLO', '2', 'AUTH', 'app', given, 'SETNAME', 'x']],
  ])('by %s with a valid token logs in as the user', async (_, login) => {
    const { ask } = await dial();
    const [, who] = await ask(login(token()), WHO);
    expect(who).toBe('app');
    expect((await ask(['SET', 'key', 'v'.repeat(40_000)]))[0]).toBe('OK');
    expect((await ask(['STRLEN', 'key']))[0]).toBe(40_000);
  });

  test.each([
    ['a token that is signed with another key', () => token({ secretKey: 'another' })],
    ['a token for another region', () => token({ region: 'us-east-1' })],
    ['a token for another cache', () => token({ host: 'other' })],
    ['a token for another user', () => token({ user: 'admin' })],
    ['a token of 901 seconds ago', () => token({ time: timeOf(Date.now() - 901_000) })],
    ['the password of the node', () => 'internal-password-of-iam-0'],
  ])('with %s is refused, by AUTH and by HELLO', async (_, given) => {
    const { ask } = await dial();
    const logins = [
      ['AUTH', 'app', given()],
      ['HELLO', '3', 'AUTH', 'app', given()],
    ];
    expect(await ask(...logins, WHO)).toEqual(['WRONGPASS', 'WRONGPASS', 'NOAUTH']);
  });

  test('with temporary credentials is accepted', async () => {
    const { ask } = await dial();
    const given = token({ keyId: TEMPORARY_ID, sessionToken: SESSION_TOKEN });
    expect(await ask(['AUTH', 'app', given], WHO)).toEqual(['OK', 'app']);
  });

  test('of a user with a password passes unchanged, and is never ended', async () => {
    const { ask, isClosed } = await dial();
    const replies = await ask(['AUTH', 'people', 'people-password-0'], WHO);
    expect(replies).toEqual(['OK', 'people']);
    await sleep(CONNECTION_MS * 1.5);
    expect(isClosed()).toBe(false);
  });

  test('is noted with its fault, without the token', async () => {
    const { ask } = await dial();
    iam.proxies[0]?.seen.splice(0);
    await ask(['AUTH', 'app', token()], ['AUTH', 'app', token({ host: 'other' })]);
    expect(iam.seen).toEqual([
      { username: 'app', isRenewal: false },
      { username: 'app', fault: 'it is for another cache', isRenewal: true },
    ]);
  });
});

describe('After twelve hours, of a faster clock', () => {
  test('a connection ends', async () => {
    const { ask, isClosed } = await dial();
    const { expired } = iam;
    await ask(['AUTH', 'app', token()]);
    await sleep(CONNECTION_MS * 0.6);
    expect(isClosed()).toBe(false);
    await sleep(CONNECTION_MS * 0.8);
    expect(isClosed()).toBe(true);
    expect(iam.expired).toBe(expired + 1);
  });

  /** What a connection does at half of its life, and whether it lives on. */
  async function livesAfter(...commands: readonly (readonly string[])[]): Promise<boolean> {
    const { ask, isClosed } = await dial();
    await ask(['AUTH', 'app', token()]);
    await sleep(CONNECTION_MS * 0.6);
    await ask(...commands);
    await sleep(CONNECTION_MS * 0.7);
    return !isClosed();
  }

  test.each([
    ['AUTH', (given: string) => [['AUTH', 'app', given]]],
    ['HELLO', (given: string) => [['HELLO', '2', 'AUTH', 'app', given]]],
    [
      'AUTH after a transaction',
      (given: string) => [['MULTI'], ['PING'], ['EXEC'], ['AUTH', 'app', given]],
    ],
    ['AUTH after DISCARD', (given: string) => [['MULTI'], ['DISCARD'], ['AUTH', 'app', given]]],
  ])('it does not end after a further %s', async (_, commands) => {
    expect(await livesAfter(...commands(token()))).toBe(true);
  });

  test.each([
    ['other commands', () => [['PING'], WHO]],
    ['HELLO without AUTH', () => [['HELLO', '2']]],
    ['AUTH inside of a transaction', () => [['MULTI'], ['AUTH', 'app', token()], ['EXEC']]],
    ['a refused AUTH', () => [['AUTH', 'app', token({ region: 'us-east-1' })]]],
  ])('it ends in spite of %s', async (_, commands) => {
    expect(await livesAfter(...commands())).toBe(false);
  });
});

test('A client that has sent all still gets its answers', async () => {
  const { socket, ask, isClosed } = await dial();
  const asked = ask(['AUTH', 'app', token()], ['PING']);
  socket.end();
  expect(await asked).toEqual(['OK', 'PONG']);
  for (let tries = 0; tries < 100 && !isClosed(); tries++) await sleep(5);
  expect(isClosed()).toBe(true);
});
