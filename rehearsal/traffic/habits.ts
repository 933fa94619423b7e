/**
 * Traffic of applications in three habits, each with a client without retries: `hold` keeps one
 * connection; `reconnect` reconnects with its first password; `re-read` reads the secret again
 * before it reconnects, also when its connection ended between two commands.
 */

import type { Deployment } from '../aws/deployment';
import { type Client, clientOf } from '../redis/client';
import { Traffic, type TrafficOptions } from './traffic';
import { type TrafficClient, urlIn } from './traffic-client';

export type Habit = 'hold' | 'reconnect' | 're-read';

export const HABITS: readonly Habit[] = ['hold', 'reconnect', 're-read'];

export interface HabitOptions extends Pick<TrafficOptions, 'pauseMs'> {
  /** Commands per connection; default 25. */
  readonly commandsPerConnection?: number;
}

const COMMANDS_PER_CONNECTION = 25;

/** Starts traffic with one client per habit. */
export function habitTraffic(
  deployment: Deployment,
  habits: readonly Habit[] = HABITS,
  { pauseMs, commandsPerConnection = COMMANDS_PER_CONNECTION }: HabitOptions = {},
): Traffic {
  const { certificates, blueprint } = deployment;
  const settings = {
    ca: certificates.caPem,
    isSharded: blueprint.topology.isSharded,
    readUrl: () => urlIn(deployment.secretString()),
    commandsPerConnection,
  };
  const lanes = habits.map((habit) => ({ name: habit, client: new HabitClient(habit, settings) }));
  return new Traffic({ lanes, pauseMs });
}

export interface HabitSettings {
  /** Reads the connection string as the application does. */
  readonly readUrl: () => string;
  readonly ca: string;
  readonly isSharded: boolean;
  readonly commandsPerConnection: number;
  /** Sends one or more commands. @throws Error if one of them fails. */
  readonly send?: (client: Client, key: string, value: string) => Promise<void>;
}

export class HabitClient implements TrafficClient {
  connects = 0;
  readonly #firstUrl: string;
  #client: Client | undefined;
  #commands = 0;

  constructor(
    private readonly habit: Habit,
    private readonly settings: HabitSettings,
  ) {
    this.#firstUrl = settings.readUrl();
  }

  async command(key: string, value: string): Promise<void> {
    this.#commands += 1;
    const client = await this.#connected();
    // A cluster client that was never connected would wait forever instead of failing.
    if (client.status === 'end') throw new Error('Connection is closed.');
    await (this.settings.send ?? setAndGet)(client, key, value);
  }

  async rest(): Promise<void> {
    if (this.habit === 'hold' || this.#commands % this.settings.commandsPerConnection !== 0) return;
    this.#client?.disconnect();
    if (this.habit === 'reconnect') {
      await this.#open(this.#firstUrl);
      return;
    }
    let url = this.#firstUrl;
    try {
      url = this.settings.readUrl();
    } finally {
      // An unreadable secret is a failure; the client then keeps its old URL.
      await this.#open(url);
    }
  }

  async close(): Promise<void> {
    this.#client?.disconnect();
  }

  async #connected(): Promise<Client> {
    const client = this.#client;
    if (client === undefined) return this.#open(this.#firstUrl);
    const isEnded = client.status === 'end' && this.habit === 're-read';
    return isEnded ? this.#open(this.settings.readUrl()) : client;
  }

  async #open(url: string): Promise<Client> {
    const { ca, isSharded } = this.settings;
    const client = clientOf(url, ca, isSharded);
    this.#client = client;
    let reason: Error | undefined;
    client.on('error', (error) => {
      reason = error;
    });
    try {
      await client.connect();
    } catch (error) {
      throw reason ?? error;
    }
    this.connects += 1;
    return client;
  }
}

async function setAndGet(client: Client, key: string, value: string): Promise<void> {
  const replies = await client.multi().set(key, value).get(key).exec();
  const [[, set] = [], [, got] = []] = replies ?? [];
  if (set !== 'OK' || got !== value) throw new Error('wrong answer');
}
