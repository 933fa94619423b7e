/**
 * Traffic of the users of a cache: clients in each habit log in as their user, and send commands on
 * keys that its role allows.
 */

import type { Deployment } from '../aws/deployment';
import type { UserRights } from '../checks/user-rights';
import type { Client } from '../redis/client';
import { HABITS, type Habit, HabitClient } from './habits';
import { type Figures, type Lane, Traffic } from './traffic';
import { urlIn } from './traffic-client';

/** What the clients of a user send. */
export interface UserWork {
  readonly username: string;
  /** Such as `SET, GET`. */
  readonly sends: string;
  readonly send: (client: Client, key: string, value: string) => Promise<void>;
}

const COMMANDS_PER_CONNECTION = 25;
/** Between two commands of a client, by the number of users: they share this machine. */
const PAUSE_MS_PER_USER = 3;

/** The first commands that a role allows. */
export function workOf(username: string, rights: UserRights): UserWork {
  const own = (access: 'read' | 'write') => rights.keyFor(access, 'rehearsal');
  if (rights.may('SET') && rights.may('GET') && own('write') !== undefined) {
    return {
      username,
      sends: 'SET, GET',
      send: async (client, name, value) => {
        const key = rights.keyFor('write', name) ?? name;
        await client.set(key, value);
        // Clients share the key of a pattern without `*`.
        const got = await client.get(key);
        if (key.includes(name) && got !== value) throw new Error('wrong answer');
      },
    };
  }
  if (rights.may('GET') && own('read') !== undefined) {
    return {
      username,
      sends: 'GET',
      send: async (client, name) => {
        await client.get(rights.keyFor('read', name) ?? name);
      },
    };
  }
  return {
    username,
    sends: 'PING',
    send: async (client) => {
      await client.ping();
    },
  };
}

/** A client of one user. */
export interface UserLane extends Lane {
  readonly username: string;
}

export interface UserTrafficOptions {
  /** Of the users with passwords. @default - all */
  readonly habits?: readonly Habit[];
  /** Clients of users that log in by IAM. @default - none */
  readonly more?: readonly UserLane[];
}

/** Traffic that can be asked about each user. */
export class UserTraffic {
  readonly #lanes: readonly UserLane[];
  readonly #traffic: Traffic;

  constructor(
    deployment: Deployment,
    works: readonly UserWork[],
    { habits = HABITS, more = [] }: UserTrafficOptions = {},
  ) {
    const { certificates, blueprint } = deployment;
    const own = works.flatMap(({ username, send }) =>
      habits.map((habit) => {
        const client = new HabitClient(habit, {
          ca: certificates.caPem,
          isSharded: blueprint.topology.isSharded,
          readUrl: () => urlIn(deployment.login(username).secretString()),
          commandsPerConnection: COMMANDS_PER_CONNECTION,
          send,
        });
        return { username, name: `${username}-${habit}`, client };
      }),
    );
    this.#lanes = [...own, ...more];
    const users = new Set(this.#lanes.map(({ username }) => username));
    const pauseMs = PAUSE_MS_PER_USER * users.size;
    this.#traffic = new Traffic({ lanes: this.#lanes, pauseMs });
  }

  get commands(): number {
    return this.#traffic.commands;
  }

  get reconnects(): number {
    return this.#traffic.reconnects;
  }

  /** Stops the traffic. Returns the figures of all clients. */
  stop(): Promise<Figures> {
    return this.#traffic.stop();
  }

  /** Commands and failures of the clients of one user. */
  figures(username: string): Pick<Figures, 'commands' | 'failed' | 'reconnects' | 'p99Ms'> {
    const all = this.#lanes
      .filter((lane) => lane.username === username)
      .map((lane) => this.#traffic.figures(lane));
    const sum = (of: (each: Figures) => number) => all.reduce((total, each) => total + of(each), 0);
    return {
      commands: sum(({ commands }) => commands),
      failed: sum(({ failed }) => failed),
      reconnects: sum(({ reconnects }) => reconnects),
      p99Ms: Math.max(0, ...all.map(({ p99Ms }) => p99Ms)),
    };
  }
}
