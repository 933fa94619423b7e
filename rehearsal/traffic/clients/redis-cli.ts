/**
 * `redis-cli -u`, which reads commands from its input and keeps its connection.
 *
 * The URL that it is given has no password in it: an argument is in the list of processes, for
 * every user of the machine. REDISCLI_AUTH has the password, and only the user who started the
 * process can read an environment. The user name stays out as well: `-u` takes one that stands
 * alone for a password. It checks who signed the certificate, but not the name in it.
 */

import { spawnSync } from 'node:child_process';
import { type Access, driver } from '../driver';
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
  static async open(url: string, { caFile, isSharded }: Access): Promise<RedisCliTraffic> {
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
      // Without a reason where the login before it was refused.
      if (line.startsWith('Error:')) this.#onLost('closed');
      if (line.includes(NOT_CONNECTED)) this.#onLost(notConnected(line));
    };
  }

  async command(key: string, value: string): Promise<void> {
    const line = `SET ${key} ${value}`;
    // The command that finds its connection closed is lost; the next one makes a new connection.
    const set = (await this.#ask(line)) ?? (await this.#ask(line));
    if (set !== 'OK') throw this.#failure(set);
    const got = await this.#ask(`GET ${key}`);
    if (got !== value) throw this.#failure(got);
    await this.#countConnection();
  }

  async close(): Promise<void> {
    await this.child.stop();
  }

  /** A server gives each connection a number. */
  async #countConnection(): Promise<void> {
    const id = (await this.#ask('CLIENT ID')) ?? '';
    if (!/^\d+$/.test(id)) throw this.#failure(id);
    if (id !== this.#connectionId) this.connects += 1;
    this.#connectionId = id;
  }

  /** Nothing if the connection was closed. What then is written on its output is of no command. */
  async #ask(line: string): Promise<string | undefined> {
    const lost = new Promise<undefined>((resolve, reject) => {
      this.#onLost = (why) => (why === 'closed' ? resolve(undefined) : reject(why));
    });
    // It may come when nobody waits any more.
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

/** OpenSSL's reason under the name that other programs give it, so that it is one word. */
function notConnected(line: string): Error {
  if (line.endsWith(NOT_VERIFIED)) return new Error('CERTIFICATE_VERIFY_FAILED');
  return new Error(line.split(': ').at(-1));
}

/** What it says of its own accord. */
function isChatter(line: string): boolean {
  return line === '' || line.startsWith('-> Redirected') || line.startsWith('Error: ');
}
