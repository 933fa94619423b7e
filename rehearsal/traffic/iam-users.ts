/**
 * Users that log in by IAM, as their applications do: with the token provider and the adapter for
 * ioredis of this package, through proxies that verify each token.
 *
 * 12 hours pass within seconds, so that logins are renewed under traffic.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import { SignatureV4 } from '@smithy/signature-v4';
import { Redis } from 'ioredis';
import { connectIoredis } from '../../client/connect-ioredis';
import { IamCredentials, type IamCredentialsOptions } from '../../client/iam-credentials';
import type { UserBlueprint } from '../aws/access-blueprint';
import type { Deployment } from '../aws/deployment';
import { type IamService, RENEWAL_MS } from '../aws/iam-service';
import { type CheckResult, unique } from '../checks/checks';
import { forbiddenTo, type UserRights } from '../checks/user-rights';
import { logIn, type Seen } from '../redis/probe';
import type { TrafficClient } from './traffic-client';
import type { UserWork } from './user-traffic';

const COMMANDS_PER_CONNECTION = 25;
/** Longer than a token lives, in milliseconds. */
const TOO_OLD_MS = 16 * 60_000;
/** At least this often 12 hours pass under traffic. */
const SPANS = 2.2;

/** `keep` has one connection, whose login is renewed; `reconnect` signs a token per connection. */
export const IAM_HABITS = ['keep', 'reconnect'] as const;
type IamHabit = (typeof IAM_HABITS)[number];

export class IamUsers {
  readonly #deployment: Deployment;
  readonly #service: IamService;
  readonly #users: readonly UserBlueprint[];

  constructor(deployment: Deployment, service: IamService, users: readonly UserBlueprint[]) {
    this.#deployment = deployment;
    this.#service = service;
    this.#users = users.filter(({ login }) => login === 'iam');
  }

  get names(): readonly string[] {
    return this.#users.map(({ name }) => name);
  }

  /** Credentials of the application of a user. */
  credentials(name: string, more: Partial<IamCredentialsOptions> = {}): IamCredentials {
    const { replicationGroupId, region, credentials, proxies } = this.#service;
    const { host = '', port = 0 } = proxies[0] ?? {};
    const of = credentials.get(name);
    if (of === undefined) throw new Error(`the user ${name} does not log in by IAM`);
    return new IamCredentials({
      userId: name,
      replicationGroupId,
      host,
      port,
      region,
      credentials: async () => of,
      SignatureV4,
      connectionMs: RENEWAL_MS,
      ...more,
    });
  }

  /** A client that sends what the role allows. */
  client(work: UserWork, habit: IamHabit): TrafficClient {
    const { caPem: ca } = this.#deployment.certificates;
    const credentials = this.credentials(work.username);
    return new IamClient(habit, work, () => connectIoredis(credentials, { Redis, ca }));
  }

  /** Whether every node accepts a token of each user, signed by the provider. */
  async checkLogins(): Promise<CheckResult> {
    const seen = await this.#eachNode(async (name, node) => [await this.#logIn(name, node)]);
    return result('iam-login', {
      claim: 'each user with an IAM login is accepted by every node with a token, no password',
      seen,
      expected: 'PONG',
      asked: `${this.names.length} users on ${this.#service.proxies.length} nodes`,
    });
  }

  /** Tokens that the service must refuse. */
  async checkRefusals(): Promise<CheckResult> {
    const wrong: readonly Partial<IamCredentialsOptions>[] = [
      { replicationGroupId: 'another-cache' },
      { region: 'eu-west-1' },
      { now: () => Date.now() - TOO_OLD_MS },
      { credentials: this.#strangers() },
    ];
    const seen = await this.#eachNode(async (name, node) => {
      const tokens = wrong.map((more) => this.#logIn(name, node, { more }));
      return await Promise.all(tokens);
    });
    return result('iam-refused', {
      claim:
        'tokens for another cache or region, of other credentials, and older than 15 minutes are ' +
        'refused',
      seen,
      expected: 'WRONGPASS',
      asked: `${wrong.length} tokens per user and node`,
    });
  }

  /** What a role forbids. */
  async checkRoles(rights: ReadonlyMap<string, UserRights>): Promise<CheckResult> {
    const seen = await this.#eachNode(async (name, node) => {
      const of = rights.get(name);
      const commands = of === undefined ? [] : forbiddenTo(of);
      return await Promise.all(commands.map((command) => this.#logIn(name, node, { command })));
    });
    return result('iam-roles', {
      claim: 'the role of each user with an IAM login refuses what it does not allow',
      seen,
      expected: 'NOPERM',
      asked: `${this.names.length} users`,
    });
  }

  /** Waits until 12 hours have passed more than twice since the traffic began. */
  async passHours(sinceMs: number): Promise<void> {
    const left = SPANS * RENEWAL_MS - (performance.now() - sinceMs);
    if (left > 0) await sleep(left);
  }

  /** Whether logins were renewed in time. */
  checkRenewals({ commands, failed }: { readonly commands: number; readonly failed: number }) {
    const { proxies } = this.#service;
    const logins = proxies.flatMap(({ seen }) => seen);
    const of = (name: string) =>
      logins.filter(({ username, isRenewal, fault }) => username === name && isRenewal && !fault);
    const idle = this.names.filter((name) => of(name).length === 0);
    const expired = proxies.reduce((sum, proxy) => sum + proxy.expired, 0);
    return {
      id: 'iam-renewed',
      claim: 'logins by IAM are renewed before 12 hours end, and no command fails',
      pass: commands > 0 && failed === 0 && idle.length === 0 && expired === 0,
      detail:
        `${commands} commands, ${failed} failed, ` +
        `${logins.filter(({ isRenewal }) => isRenewal).length} renewals, ${expired} connections ` +
        `ended by the service; not renewed: ${idle.join(', ') || 'none'}`,
    };
  }

  /** Credentials of a principal that may connect as no user. */
  #strangers(): IamCredentialsOptions['credentials'] {
    return async () => ({ accessKeyId: 'AKIASTRANGER00000000', secretAccessKey: 'x'.repeat(40) });
  }

  async #eachNode(
    see: (name: string, node: { host: string; port: number }) => Promise<readonly Seen[]>,
  ): Promise<readonly Seen[]> {
    const seen: Seen[] = [];
    for (const name of this.names) {
      for (const { host, port } of this.#service.proxies) {
        seen.push(...(await see(name, { host, port })));
      }
    }
    return seen;
  }

  async #logIn(
    name: string,
    node: { readonly host: string; readonly port: number },
    { more = {}, command = ['PING'] }: LoginTry = {},
  ): Promise<Seen> {
    const { password } = await this.credentials(name, more).get();
    const { caPem } = this.#deployment.certificates;
    const seen = await logIn(node, caPem, name, password, command);
    // A role without PING has logged in.
    return seen === 'NOPERM' && command[0] === 'PING' ? 'PONG' : seen;
  }
}

interface LoginTry {
  readonly more?: Partial<IamCredentialsOptions>;
  readonly command?: readonly string[];
}

interface Asked {
  readonly claim: string;
  readonly seen: readonly Seen[];
  readonly expected: Seen;
  readonly asked: string;
}

function result(id: string, { claim, seen, expected, asked }: Asked): CheckResult {
  const pass = seen.length > 0 && seen.every((each) => each === expected);
  return { id, claim, pass, detail: `${asked}: ${unique(seen)}` };
}

class IamClient implements TrafficClient {
  connects = 0;
  #client: Redis | undefined;
  #commands = 0;

  constructor(
    private readonly habit: IamHabit,
    private readonly work: UserWork,
    private readonly connect: () => Promise<Redis>,
  ) {}

  async command(key: string, value: string): Promise<void> {
    this.#commands += 1;
    await this.work.send(this.#client ?? (await this.#open()), key, value);
  }

  async rest(): Promise<void> {
    if (this.habit === 'keep' || this.#commands % COMMANDS_PER_CONNECTION !== 0) return;
    this.#client?.disconnect();
    await this.#open();
  }

  async close(): Promise<void> {
    this.#client?.disconnect();
  }

  async #open(): Promise<Redis> {
    const client = await this.connect();
    this.#client = client;
    this.connects += 1;
    return client;
  }
}
