/**
 * Deployment of a blueprint on this machine: creates the secrets of the template, resolves dynamic
 * references and starts nodes, so that the first rotation can run.
 */

import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Certificates, makeCertificates } from '../../cli/server/certificates';
import { Password } from '../../contract/password';
import { type Credentials, parseCredentials } from '../../contract/secret-json';
import { makeFolder, removeFolder } from '../machine/cleanup';
import type { RedisNode } from '../redis/redis-node';
import {
  type PasswordAccess,
  resolveDynamic,
  rotatedSecrets,
  type UsersAccess,
} from './access-blueprint';
import { bootstrapParameters, newAccount } from './account';
import { Alarms } from './alarms';
import type { Blueprint } from './blueprint';
import { CacheGroup, type CacheGroupTiming } from './cache-group';
import { RehearsedClock } from './clock';
import type { FiringAlarm } from './cloudwatch-api';
import { ControlPlane } from './control-plane';
import { deployedFunction } from './deployed-function';
import { arnOf, groupIdOf } from './deployed-names';
import { nodeStarter, type StartNode, startNodes } from './deployed-nodes';
import { DeployedSecret } from './deployed-secret';
import { generate } from './generated-secret';
import { IamService } from './iam-service';
import type { LambdaFunction } from './lambda-process';
import type { RotationService, StepReport } from './secrets-manager-rotation';
import { AwsError, SecretsStore } from './secrets-manager-store';
import { publishedParameters } from './ssm-api';
import { UserGroup, userPassword } from './user-group';

export interface DeploymentOptions {
  readonly blueprint: Blueprint;
  readonly redisPath: string;
  /** Duration of a change of the cache: minutes in AWS, milliseconds here. */
  readonly timing: CacheGroupTiming;
  readonly pollIntervalMs: number;
  readonly quietMs: number;
  /** Receives each line that the function prints. */
  readonly onLine: (line: string) => void;
  readonly onStep: (report: StepReport) => void;
}

export class Deployment {
  static async start(options: DeploymentOptions): Promise<Deployment> {
    const deployment = new Deployment(options.blueprint, await makeCertificates());
    try {
      await deployment.#start(options);
    } catch (error) {
      await deployment.stop();
      throw error;
    }
    return deployment;
  }

  readonly blueprint: Blueprint;
  readonly certificates: Certificates;
  readonly clock = new RehearsedClock();
  readonly secrets = new SecretsStore(() => this.clock.now());
  readonly nodes: RedisNode[] = [];
  readonly account = newAccount();
  /** A folder that only this user can read. */
  readonly folder = makeFolder('secure-redis');
  readonly caFile = join(this.folder, 'ca.crt');
  #group: CacheGroup | undefined;
  #plane: ControlPlane | undefined;
  #rotation: LambdaFunction | undefined;
  /** Its credentials secrets: one for all clients, or one per user. */
  logins: readonly DeployedSecret[] = [];
  /** The logins by IAM; absent without users that log in so. */
  iam: IamService | undefined;
  #startNode: StartNode = notStarted;
  readonly alarms: Alarms;
  #alsoFiring: readonly FiringAlarm[] = [];
  /** Awaited after each node has applied a change. */
  onApplied: () => Promise<void> = async () => undefined;

  private constructor(blueprint: Blueprint, certificates: Certificates) {
    this.blueprint = blueprint;
    this.certificates = certificates;
    const { alarms: rules, stackName, groupId, rotation } = blueprint;
    const { functionName } = this;
    this.alarms = new Alarms({
      rules,
      stackName,
      functionName,
      references: { [groupId]: this.#groupId, [rotation.functionId]: functionName },
      now: () => this.clock.now(),
    });
    writeFileSync(this.caFile, certificates.caPem, { mode: 0o600 });
  }

  /** The secret of one user. @throws Error for an unknown name. */
  login(username: string): DeployedSecret {
    const login = this.logins.find((each) => each.username === username);
    if (login !== undefined) return login;
    const names = this.logins.map((each) => each.username).join(', ');
    throw new Error(`the user must be one of ${names}, got ${username}. Name one of them.`);
  }

  /** The secret of a cache with one password. */
  get #only(): DeployedSecret {
    return this.login('default');
  }

  get secretArn(): string {
    return this.#only.arn;
  }

  get #groupId(): string {
    return groupIdOf(this.blueprint.stackName, this.blueprint.groupId);
  }

  get functionName(): string {
    return `${this.blueprint.stackName}-${this.blueprint.rotation.functionId}-Rhrsal`;
  }

  /** Alarms in ALARM state: by metrics of the function, and those set in `otherAlarms`. */
  get firing(): readonly FiringAlarm[] {
    return [...this.alarms.firing, ...this.#alsoFiring];
  }

  /** Alarms on metrics that are not modelled, such as the memory of a node. */
  set firing(alarms: readonly FiringAlarm[]) {
    this.#alsoFiring = alarms;
  }

  /** The SSM parameters that the deploy publishes, by name. */
  get parameters(): Readonly<Record<string, string>> {
    const { groupId, access, rotation } = this.blueprint;
    const { host = '', port = 0 } = this.nodes[0] ?? {};
    const secrets = rotatedSecrets(access).map(({ secret: { id } }) => [id, arnOf(id)]);
    const references = {
      [`${groupId}.PrimaryEndPoint.Address`]: host,
      [`${groupId}.ConfigurationEndPoint.Address`]: host,
      [`${groupId}.ReaderEndPoint.Address`]: this.nodes[1]?.host ?? host,
      ...Object.fromEntries(secrets),
      [rotation.functionId]: this.functionName,
    };
    const published = publishedParameters(this.blueprint, { references, port });
    return { ...published, ...bootstrapParameters(this.account) };
  }

  get group(): CacheGroup {
    return started(this.#group);
  }

  get plane(): ControlPlane {
    return started(this.#plane);
  }

  get rotation(): LambdaFunction {
    return started(this.#rotation);
  }

  get service(): RotationService {
    return this.#only.service;
  }

  /** The current version of the credentials secret, as an application reads it. */
  credentials(label?: string): Credentials {
    return this.#only.credentials(label);
  }

  secretString(label?: string): string {
    return this.#only.secretString(label);
  }

  /** The password that CloudFormation gave the cache. @throws Error for a cache with users. */
  initialPassword(): Password {
    const { access } = this.blueprint;
    if (access.kind === 'users') throw new Error('a cache with users has no initial password');
    return parseCredentials(this.#read(access.initial.id)).password;
  }

  /**
   * Replaces a replica as ElastiCache does: a new machine with the same name and the group's
   * passwords.
   *
   * @throws Error for a primary or a shard's node, whose failover is not rehearsed.
   */
  async replace(replica: RedisNode): Promise<void> {
    const index = this.nodes.indexOf(replica);
    if (index < 1 || this.group.isSharded) {
      throw new Error(`node ${replica.id} is no replica of a group without shards; replace one`);
    }
    await replica.stop();
    const fresh = await this.#startNode(replica.id, this.group.passwords);
    await this.group.users?.equip(fresh);
    this.nodes[index] = fresh;
    this.group.replace(replica, fresh);
  }

  async stop(): Promise<void> {
    const ended = Promise.all(this.logins.map(({ service }) => service.stop()));
    await this.#rotation?.stop();
    await ended;
    await this.#rotation?.stop();
    await this.iam?.stop();
    await this.#plane?.stop();
    await this.#group?.settled();
    await this.#group?.primaryEndpoint?.stop();
    await Promise.all(this.nodes.map((node) => node.stop()));
    removeFolder(this.folder);
  }

  async #start(options: DeploymentOptions): Promise<void> {
    const { access, refusals } = this.blueprint;
    for (const { code, message } of refusals) throw new AwsError(code, message);
    const { secrets } = this;
    const made = access.kind === 'password' ? [access.initial] : access.secrets;
    for (const { id, generate: how } of made)
      secrets.create(arnOf(id), randomUUID(), generate(how));
    this.#group = await (access.kind === 'password'
      ? this.#startWithPassword(access, options)
      : this.#startWithUsers(access, options));
    this.#plane = await ControlPlane.start(this);
    const { clock, alarms, caFile } = this;
    const place = { plane: this.#plane, clock, alarms, caFile };
    const rotation = deployedFunction(this.blueprint, place, options);
    this.#rotation = rotation;
    const { onStep } = options;
    this.logins = rotatedSecrets(access).map(
      (each) => new DeployedSecret({ ...each, secrets, rotation, onStep }),
    );
  }

  async #startWithPassword(access: PasswordAccess, options: DeploymentOptions) {
    const { id, secretString } = access.credentials;
    this.secrets.create(arnOf(id), randomUUID(), this.resolve(secretString));
    const password = Password.of(this.resolve(access.authToken));
    return this.#startGroup(options, { password });
  }

  /** Each user exists before the group and its nodes, as in CloudFormation. */
  async #startWithUsers({ users, group, literals }: UsersAccess, options: DeploymentOptions) {
    for (const { id, secretString } of literals) {
      this.secrets.create(arnOf(id), randomUUID(), secretString);
    }
    const made = new UserGroup({
      ...group,
      users: users.map(({ passwords, ...user }) => ({
        ...user,
        passwords: passwords.map((each) => userPassword(this.resolve(each))),
      })),
      rollOut: (change) => this.group.rollOut(change),
    });
    const started = await this.#startGroup(options, { users: made });
    for (const node of started.nodes) await made.equip(node);
    if (made.ofProxies.size > 0) {
      const { certificates, nodes } = this;
      const place = { replicationGroupId: this.#groupId, certificates, nodes };
      this.iam = await IamService.start({ ...place, users: made.ofProxies });
    }
    return started;
  }

  async #startGroup(
    { redisPath: binaryPath, timing, blueprint }: DeploymentOptions,
    access: { readonly password?: Password; readonly users?: UserGroup },
  ): Promise<CacheGroup> {
    const { folder, certificates, nodes: started } = this;
    const nodes = { blueprint, binaryPath, folder, certificates, started };
    this.#startNode = await nodeStarter(nodes);
    const { password } = access;
    const shards = await startNodes(nodes, this.#startNode, password ? [password] : []);
    return new CacheGroup({
      ...access,
      id: this.#groupId,
      shards,
      isSharded: blueprint.topology.isSharded,
      timing,
      now: () => this.clock.now(),
      onApplied: () => this.onApplied(),
    });
  }

  /** Resolves dynamic references of the template. Secret: never print the result. */
  resolve(value: string): string {
    return resolveDynamic(value, (secretId) => this.#read(secretId));
  }

  /** The current value of a secret of the template. */
  #read(secretId: string): string {
    return this.secrets.getValue(arnOf(secretId), {}).secretString;
  }
}

function started<T>(part: T | undefined): T {
  return part ?? notStarted();
}

function notStarted(): never {
  throw new Error('the deployment has not started');
}
