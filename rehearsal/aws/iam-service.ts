/**
 * Logins by IAM before the nodes of a deployment: a proxy per node that verifies tokens, and AWS
 * credentials that may connect. 12 hours pass within seconds.
 *
 * No policy is evaluated: the proxies know which credentials may connect as which user.
 */

import { randomBytes } from 'node:crypto';
import type { Certificates } from '../../cli/server/certificates';
import type { SecretText } from '../../contract/secret-text';
import { IamLoginProxy, type IamLogins } from '../redis/iam-login-proxy';
import type { RedisNode } from '../redis/redis-node';
import { REGION } from './deployed-names';

/** What a role's credentials of AWS are, in the form of the AWS SDK. */
export interface RoleCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** 12 hours of a connection, by the clock of the rehearsal. */
export const RENEWAL_MS = 2_500;

export interface IamServiceOptions {
  readonly replicationGroupId: string;
  readonly certificates: Certificates;
  readonly nodes: readonly RedisNode[];
  /** Passwords on the nodes, by the names of the users. */
  readonly users: ReadonlyMap<string, SecretText>;
}

export class IamService {
  static async start(options: IamServiceOptions): Promise<IamService> {
    const { nodes, certificates, users } = options;
    const replicationGroupId = options.replicationGroupId.toLowerCase();
    const credentials = new Map(
      Array.from(users.keys(), (user, index) => [user, credentialsOf(index)] as const),
    );
    const logins: IamLogins = {
      region: REGION,
      replicationGroupId,
      users,
      accessKeys: new Map(
        Array.from(credentials, ([user, { accessKeyId, ...key }]) => [
          accessKeyId,
          { ...key, users: [user] },
        ]),
      ),
      connectionMs: RENEWAL_MS,
      now: () => Date.now(),
    };
    const proxies: IamLoginProxy[] = [];
    for (const node of nodes) proxies.push(await IamLoginProxy.start(node, certificates, logins));
    return new IamService(replicationGroupId, proxies, credentials);
  }

  private constructor(
    readonly replicationGroupId: string,
    /** One per node, in the order of the nodes. */
    readonly proxies: readonly IamLoginProxy[],
    /** Credentials of a role that may connect as this user, by its name. */
    readonly credentials: ReadonlyMap<string, RoleCredentials>,
  ) {}

  get region(): string {
    return REGION;
  }

  async stop(): Promise<void> {
    await Promise.all(this.proxies.map((proxy) => proxy.stop()));
  }
}

function credentialsOf(index: number): RoleCredentials {
  return {
    accessKeyId: `ASIAREHEARSAL${String(index).padStart(7, '0')}`,
    secretAccessKey: randomBytes(30).toString('base64'),
    sessionToken: randomBytes(60).toString('base64'),
  };
}
