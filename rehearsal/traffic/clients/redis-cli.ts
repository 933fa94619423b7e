/**
 * `redis-cli -u`, which reads commands from its input and keeps its connection.
 *
 * Its URL has no password, because every user of the machine can list arguments; REDISCLI_AUTH has
 * the password in the environment. The URL has no user name either: `-u` takes a user name without
 * a password as the password. redis-cli verifies the authority of the certificate, but not the host
 * name.
 */

import { spawnSync } from 'node:child_process';
import { driver, type ServerAccess } from '../driver';
import { LineProcess } from '../line-process';
import type { TrafficClient } from '../traffic-client';

const NOT_CONNECTED = 'Could not connect';
const NOT_VERIFIED = 'certificate verify failed';

function missing(): string | undefined {
  const { status, stdout } = spawnSync('redis-cli', ['--help'], { encoding: 'utf8' });
  if (status !== 0) return 'no redis-cli on PATH; install redis-tools or redis';
  return stdout.includes('--cacert') ? undefined : 'this redis-cli is built without TLS';
}

export const REDIS_CLI = driver({
  name: 'redis-cli',
  missing,
  connect: (url, access) => RedisCliTraffic.open(url, access),
});

class RedisCliTraffic implements TrafficClient {
  static async open(url: string, { caFile, isSharded }: ServerAccess): Promise<RedisCliTraffic> {
    const { username, password, host, pathname } = new URL(url);
    const place = `rediss://${host}${pathname}`;
    const follow = isSharded ? ['-c'] : [];
    const command = ['redis-cli', ...follow, '--cacert', caFile, '-u', place, '--user', username];
    const child = new LineProcess(command, { REDISCLI_AUTH: decodeURIComponent(password) });
    const traffic = new RedisCliTraffic(child);
    try {
      await traffic.#countConnection();
    } catch (error) {
      await child.stop();
      throw error;
    }
    return traffic;
  }

  connects = 0;
  #connectionId = '';
  #lastRefusal: string | undefined;
  #onLost: (why: 'closed' | Error) => void = () => undefined;

  private constructor(private readonly child: LineProcess) {
    child.onErrorLine = (line) => {
      if (line.includes('AUTH failed')) this.#lastRefusal = line;
      // Without a reason, if the login before was refused.
      if (line.startsWith('Error:')) this.#onLost('closed');
      if (line.includes(NOT_CONNECTED)) this.#onLost(notConnected(line));
    };
  }

  async command(key: string, value: string): Promise<void> {
    const line = `SET ${key} ${value}`;
    // A command on a closed connection is lost; the next command reconnects.
    const set = (await this.#ask(line)) ?? (await this.#ask(line));
    if (set !== 'OK') throw this.#failure(set);
    const got = await this.#ask(`GET ${key}`);
    if (got !== value) throw this.#failure(got);
    await this.#countConnection();
  }

  async close(): Promise<void> {
    await this.child.stop();
  }

  /** CLIENT ID, which is different for each connection. */
  async #countConnection(): Promise<void> {
    const id = (await this.#ask('CLIENT ID')) ?? '';
    if (!/^\d+$/.test(id)) throw this.#failure(id);
    if (id !== this.#connectionId) this.connects += 1;
    this.#connectionId = id;
  }

  /** The answer to a line, or undefined if the connection was closed. */
  async #ask(line: string): Promise<string | undefined> {
    const lost = new Promise<undefined>((resolve, reject) => {
      this.#onLost = (why) => (why === 'closed' ? resolve(undefined) : reject(why));
    });
    // A loss may be reported when no call waits any more.
    lost.catch(() => undefined);
    this.child.write(line);
    const answer = await this.child.next((text) => !isChatter(text), lost);
    this.#onLost = () => undefined;
    return answer;
  }

  #failure(answer: string | undefined): Error {
    return new Error(this.#lastRefusal ?? answer ?? 'closed');
  }
}

/** OpenSSL's reason as the single word that other programs use. */
function notConnected(line: string): Error {
  if (line.endsWith(NOT_VERIFIED)) return new Error('CERTIFICATE_VERIFY_FAILED');
  return new Error(line.split(': ').at(-1));
}

/** Unsolicited output of redis-cli. */
function isChatter(line: string): boolean {
  return line === '' || line.startsWith('-> Redirected') || line.startsWith('Error: ');
}
