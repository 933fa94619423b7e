/**
 * Drivers open the clients of the traffic in two habits: one reads the secret again after a refused
 * login, the other reads it once.
 */

import { RedisCredentials } from '../../client';
import { isRefused } from '../redis/failure-word';
import { type TrafficClient, urlIn } from './traffic-client';

/** When a client reads the secret. */
export type Reading = 'again' | 'once';

export const READINGS: readonly Reading[] = ['again', 'once'];

/** Connection parameters of a client; its process gets no password as an argument. */
export interface ServerAccess {
  /** Reads the current value of the secret, as an application does. */
  readonly readSecret: () => string;
  readonly isSharded: boolean;
  /** The certificate authority to trust, as text and as a file. */
  readonly ca: string;
  readonly caFile: string;
  /** Environment of a process that reads the secret itself, with the AWS SDK. */
  readonly secretEnvironment: Readonly<Record<string, string>>;
}

export interface Driver {
  readonly name: string;
  /** The habits that the client supports; both by default. */
  readonly readings?: readonly Reading[];
  /** Why the client cannot run here, and how to change that. */
  missing?(isSharded: boolean): string | undefined;
  /** Installs what is missing, if no password is needed, and reports it. */
  install?(say: (notice: string) => void): void;
  /** Connects. @throws Error if the login or the certificate is refused. */
  open(access: ServerAccess, reading: Reading): Promise<TrafficClient>;
}

export interface DriverParts extends Pick<Driver, 'name' | 'missing' | 'install'> {
  /** Connects with a URL that is read once. */
  connect(url: string, access: ServerAccess): Promise<TrafficClient>;
  /** Connects with an adapter of `client/`. By default `RereadingClient` reads again. */
  reread?(credentials: RedisCredentials, access: ServerAccess): Promise<TrafficClient>;
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

/** A client that, after a refused login, reads the secret again and reconnects once. */
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
