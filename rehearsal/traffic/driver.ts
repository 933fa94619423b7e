/**
 * How a client of the traffic is opened, in two habits: one reads the secret again when its
 * password is refused, the other never does.
 */

import { RedisCredentials } from '../../client';
import { isRefused } from '../redis/why-of';
import { type TrafficClient, urlIn } from './traffic-client';

/** When it reads the secret. */
export type Reading = 'again' | 'once';

export const READINGS: readonly Reading[] = ['again', 'once'];

/** What a client is given: never a password in a process's arguments. */
export interface Access {
  /** The secret's string now, as an application reads it. */
  readonly readSecret: () => string;
  readonly isSharded: boolean;
  /** The one authority to trust, and a file with it. */
  readonly ca: string;
  readonly caFile: string;
  /** For a process that reads the secret by itself, with the AWS SDK. */
  readonly secretEnvironment: Readonly<Record<string, string>>;
}

export interface Driver {
  readonly name: string;
  /** When it can read the secret; both unless told otherwise. */
  readonly readings?: readonly Reading[];
  /** Why it cannot take part here and how that would change, if so. */
  missing?(isSharded: boolean): string | undefined;
  /** Installs what is missing, where that needs no password, and says so. */
  install?(say: (notice: string) => void): void;
  /** Connects. @throws Error if it is not let in, or does not trust the certificate. */
  open(access: Access, reading: Reading): Promise<TrafficClient>;
}

export interface DriverParts extends Pick<Driver, 'name' | 'missing' | 'install'> {
  /** With what the secret says when it starts, and nothing after. */
  connect(url: string, access: Access): Promise<TrafficClient>;
  /** With an adapter of `client/`. Where there is none, its application reads again, as below. */
  reread?(credentials: RedisCredentials, access: Access): Promise<TrafficClient>;
}

export function driver({ connect, reread, ...parts }: DriverParts): Driver {
  return {
    ...parts,
    open: (access, reading) => {
      const open = () => connect(urlIn(access.readSecret()), access);
      if (reading === 'once') return open();
      if (reread === undefined) return RereadingClient.open(open);
      return reread(new RedisCredentials({ read: async () => access.readSecret() }), access);
    },
  };
}

/** When its password is refused, connects once with what the secret says now. */
class RereadingClient implements TrafficClient {
  static async open(connect: () => Promise<TrafficClient>): Promise<RereadingClient> {
    return new RereadingClient(connect, await connect());
  }

  #connectsBefore = 0;

  private constructor(
    private readonly connect: () => Promise<TrafficClient>,
    private client: TrafficClient,
  ) {}

  get connects(): number {
    return this.#connectsBefore + this.client.connects;
  }

  async command(key: string, value: string): Promise<void> {
    try {
      await this.client.command(key, value);
    } catch (error) {
      if (!isRefused(error)) throw error;
      const refused = this.client;
      this.client = await this.connect();
      this.#connectsBefore += refused.connects;
      await refused.close();
      await this.client.command(key, value);
    }
  }

  close(): Promise<void> {
    return this.client.close();
  }
}
