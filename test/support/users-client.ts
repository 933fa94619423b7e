/** What tests of users ask: ElastiCache's API with the real AWS SDK, and logins on each node. */

import { randomBytes } from 'node:crypto';
import {
  DescribeUserGroupsCommand,
  DescribeUsersCommand,
  ElastiCacheClient,
  ModifyUserCommand,
  type ModifyUserCommandInput,
} from '@aws-sdk/client-elasticache';
import { Password } from '../../contract/password';
import type { Deployment } from '../../rehearsal/aws/deployment';
import { logIn } from '../../rehearsal/redis/probe';
import { noteOutput } from './leaks';

export const fresh = () => randomBytes(24).toString('hex');

/** The same answer of both nodes. */
export const both = (answer: string) => [answer, answer];

export class UsersClient {
  readonly aws: ElastiCacheClient;

  constructor(private readonly deployment: Deployment) {
    this.aws = new ElastiCacheClient({
      region: 'us-east-1',
      endpoint: deployment.plane.url,
      credentials: deployment.plane.credentials,
      maxAttempts: 1,
    });
  }

  /** Of the user `app`, unless the change names another one. */
  modify(change: Partial<ModifyUserCommandInput>) {
    return this.aws.send(new ModifyUserCommand({ UserId: 'test-app', ...change }));
  }

  setPasswords(...Passwords: readonly string[]) {
    return this.modify({ AuthenticationMode: { Type: 'password', Passwords: [...Passwords] } });
  }

  async user(UserId = 'test-app') {
    const { Users: users = [] } = await this.aws.send(new DescribeUsersCommand({ UserId }));
    return users[0];
  }

  async group() {
    const { UserGroups: groups = [] } = await this.aws.send(new DescribeUserGroupsCommand({}));
    return groups[0];
  }

  /** The answers of all nodes to a login and a command. */
  async seen(name: string, password: string, command?: readonly string[]) {
    const { nodes, certificates } = this.deployment;
    const secret = Password.of(password);
    return Promise.all(nodes.map((node) => logIn(node, certificates.caPem, name, secret, command)));
  }

  current(name: string): string {
    return this.deployment.login(name).credentials().password.reveal();
  }
}

/** The name and the text of an error, as the SDK hands them on. */
export async function refusal(sent: Promise<unknown>): Promise<string> {
  try {
    await sent;
  } catch (error) {
    const { name, message } = error as Error;
    noteOutput(message);
    return `${name}: ${message}`;
  }
  return 'no refusal';
}
