/**
 * `doctor` sends no write to a server that only resembles Redis, quotes no password that a server
 * repeats, and ends in time.
 */

import { doctored, PASSWORD } from '../support/doctor-run';
import { answerWith, endOwnServers } from '../support/own-server';

afterAll(endOwnServers);

describe('A server that is not as Redis is', () => {
  /** Answers a command by its name. @returns the names that were sent */
  async function asked(replies: Readonly<Record<string, string>>) {
    const names: string[] = [];
    const port = await answerWith((socket) => {
      socket.on('data', (chunk) => {
        const [, name = ''] = /^\*\d+\r\n\$\d+\r\n(\w+)/.exec(String(chunk)) ?? [];
        names.push(name);
        socket.write(replies[name] ?? '+OK\r\n');
      });
    });
    const answer = await doctored(`redis://:${PASSWORD}@127.0.0.1:${port}/0`);
    return { names, answer };
  }

  test.each(['-ERR unknown command MULTI\r\n', '+QUEUED\r\n', '*0\r\n', '$2\r\nok\r\n'])(
    'is sent no write, if it answers MULTI by %j',
    async (MULTI) => {
      const INFO = '$19\r\nredis_version:8.0.0\r\n';
      const { names, answer } = await asked({ PING: '+PONG\r\n', INFO, MULTI });
      expect(names).toStrictEqual(['AUTH', 'PING', 'INFO', 'MULTI']);
      expect(answer.state).toBe('healthy');
    },
  );

  test.each([
    ['AUTH', { AUTH: '+PONG\r\n' }],
    ['PING', { PING: '+OK\r\n' }],
    ['INFO', { INFO: '+PONG\r\n' }],
    ['INFO', { INFO: '*0\r\n' }],
  ])('is not Redis, if it answers %s by what Redis does not: %j', async (name, replies) => {
    const INFO = '$19\r\nredis_version:8.0.0\r\n';
    const { answer } = await asked({ PING: '+PONG\r\n', INFO, ...replies });
    expect(answer.failure?.id).toBe('not-redis');
    expect(answer.failure?.evidence[0]).toContain(`the answer to ${name} `);
  });

  test('and answers PONG to everything is not Redis, with and without a password', async () => {
    const port = await answerWith((socket) => {
      socket.on('data', () => socket.write('+PONG\r\n'));
    });
    for (const login of [`:${PASSWORD}@`, '']) {
      const { failure } = await doctored(`redis://${login}127.0.0.1:${port}/0`);
      expect(failure?.id).toBe('not-redis');
    }
  });

  test('and repeats the password in its errors is not quoted', async () => {
    const echo = (name: string) => `-ERR unknown command '${name}', args: '${PASSWORD}'\r\n`;
    const known = await asked({ AUTH: echo('AUTH') });
    expect(known.answer.failure).toStrictEqual(
      expect.objectContaining({
        id: 'command-unknown',
        evidence: ["the server answers AUTH: ERR unknown command 'AUTH'"],
      }),
    );
    const { answer } = await asked({ AUTH: `-SORRY ${PASSWORD}\r\n` });
    expect(answer.state).toBe('unknown');
    expect(answer.evidence).toStrictEqual(['the server answers AUTH: SORRY; its text is left out']);
  });

  test.each([
    ['says nothing', undefined],
    ['sends without an end', '+PONG\r\n'.repeat(20_000)],
    ['nests without an end', '*1\r\n'.repeat(100_000)],
  ])('and %s ends in time', async (_, text) => {
    const port = await answerWith((socket) => {
      if (text === undefined) return;
      socket.on('data', () => socket.write(text));
    });
    const { state } = await doctored(`redis://:${PASSWORD}@127.0.0.1:${port}/0`, { timeout: 0.3 });
    expect(state).toBe('failure');
  });
});
