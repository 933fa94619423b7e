/**
 * Deployment of a blueprint on this machine: creates the secrets of the template, resolves dynamic
 * references and starts nodes, so that the first rotation can run.
 */

import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Password } from '../../contract/password';
import { LABEL, ROTATION_ENV } from '../../contract/rotation';
import { type Credentials, parseCredentials } from '../../contract/secret-json';
import { makeFolder, removeFolder } from '../machine/cleanup';
import { type Certificates, makeCertificates } from '../redis/certificates';
import { formCluster, type Shard } from '../redis/redis-cluster';
import { RedisNode } from '../redis/redis-node';
import { blockedCommandsOf, knownParameters } from '../redis/redis-parameters';
import { bootstrapParameters, newAccount } from './account';
import { Alarms } from './alarms';
import type { Blueprint } from './blueprint';
import { CacheGroup, type CacheGroupTiming } from './cache-group';
import { RehearsedClock } from './clock';
import type { RingingAlarm } from './cloudwatch-api';
import { ControlPlane } from './control-plane';
import { generate } from './generated-secret';
import { nodeFor } from './lambda-node';
import { LambdaFunction } from './lambda-process';
import { RotationService, type StepReport } from './secrets-manager-rotation';
import { AwsError, SecretsStore } from './secrets-manager-store';
import { publishedParameters } from './ssm-api';

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
  #service: RotationService | undefined;
  #startNode: (id: string, passwords: readonly Password[]) => Promise<RedisNode> = notStarted;
  readonly alarms: Alarms;
  #alsoRinging: readonly RingingAlarm[] = [];
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
      references: { [groupId]: groupIdOf(blueprint), [rotation.functionId]: functionName },
      now: () => this.clock.now(),
    });
    writeFileSync(this.caFile, certificates.caPem, { mode: 0o600 });
  }

  get secretArn(): string {
    return arnOf(this.blueprint.credentials.id);
  }

  get schedule(): string {
    return this.blueprint.rotation.schedule;
  }

  get functionName(): string {
    return `${this.blueprint.stackName}-${this.blueprint.rotation.functionId}-Rhrsal`;
  }

  /** Alarms in ALARM state: by metrics of the function, and those set in `otherAlarms`. */
  get ringing(): readonly RingingAlarm[] {
    return [...this.alarms.ringing, ...this.#alsoRinging];
  }

  /** Alarms on metrics that are not modelled, such as the memory of a node. */
  set ringing(alarms: readonly RingingAlarm[]) {
    this.#alsoRinging = alarms;
  }

  /** The SSM parameters that the deploy publishes, by name. */
  get parameters(): Readonly<Record<string, string>> {
    const { groupId, credentials, rotation } = this.blueprint;
    const { host = '', port = 0 } = this.nodes[0] ?? {};
    const references = {
      [`${groupId}.PrimaryEndPoint.Address`]: host,
      [`${groupId}.ConfigurationEndPoint.Address`]: host,
      [`${groupId}.ReaderEndPoint.Address`]: this.nodes[1]?.host ?? host,
      [credentials.id]: this.secretArn,
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
    return started(this.#service);
  }

  /** The current version of the credentials secret, as an application reads it. */
  credentials(label: string = LABEL.current): Credentials {
    return parseCredentials(this.secretString(label));
  }

  secretString(label: string = LABEL.current): string {
    return this.secrets.getValue(this.secretArn, { label }).secretString;
  }

  initialPassword(): Password {
    const { secretString } = this.secrets.getValue(arnOf(this.blueprint.initial.id), {});
    return parseCredentials(secretString).password;
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
    this.nodes[index] = fresh;
    this.group.replace(replica, fresh);
  }

  async stop(): Promise<void> {
    const ended = this.#service?.stop();
    await this.#rotation?.stop();
    await ended;
    await this.#rotation?.stop();
    await this.#plane?.stop();
    await this.#group?.settled();
    await this.#group?.primaryEndpoint?.stop();
    await Promise.all(this.nodes.map((node) => node.stop()));
    removeFolder(this.folder);
  }

  async #start(options: DeploymentOptions): Promise<void> {
    const { initial, credentials, authToken, refusals } = this.blueprint;
    for (const { code, message } of refusals) throw new AwsError(code, message);
    this.secrets.create(arnOf(initial.id), randomUUID(), generate(initial.generate));
    const secretString = this.#resolve(credentials.secretString);
    this.secrets.create(arnOf(credentials.id), randomUUID(), secretString);
    const password = Password.of(this.#resolve(authToken));
    const shards = await this.#startNodes(options.redisPath, password);
    const onApplied = () => this.onApplied();
    const { timing } = options;
    const { isSharded } = this.blueprint.topology;
    const id = groupIdOf(this.blueprint);
    const now = () => this.clock.now();
    this.#group = new CacheGroup({ id, shards, isSharded, password, timing, now, onApplied });
    this.#plane = await ControlPlane.start(this);
    this.#rotation = this.#makeFunction(this.#plane, options);
    this.#service = new RotationService(
      this.secretArn,
      this.secrets,
      this.#rotation,
      options.onStep,
    );
  }

  async #startNodes(binaryPath: string, password: Password): Promise<readonly Shard[]> {
    const { topology, parameters } = this.blueprint;
    const { isSharded } = topology;
    const { folder, certificates } = this;
    const blockedCommands = blockedCommandsOf(parameters);
    const common = { binaryPath, folder, certificates, isSharded, blockedCommands };
    const known = await knownParameters({ ...common, parameters });
    this.#startNode = (id, passwords) =>
      RedisNode.start({ ...common, id, parameters: known, passwords, first: this.nodes[0] });
    const shards: RedisNode[][] = [];
    for (let shard = 1; shard <= topology.shards; shard++) {
      const nodes: RedisNode[] = [];
      for (let node = 1; node <= 1 + topology.replicas; node++) {
        // Member names end as in ElastiCache.
        const id = isSharded ? `${digits(shard, 4)}-${digits(node, 3)}` : digits(node, 3);
        const started = await this.#startNode(id, [password]);
        this.nodes.push(started);
        nodes.push(started);
      }
      shards.push(nodes);
    }
    if (isSharded) await formCluster(shards);
    return shards;
  }

  #makeFunction(plane: ControlPlane, options: DeploymentOptions): LambdaFunction {
    const { assetFolder, handler, runtime, timeoutMs, environment } = this.blueprint.rotation;
    return new LambdaFunction({
      assetFolder,
      handler,
      nodePath: nodeFor(runtime).path,
      timeoutMs,
      clockOffsetMs: () => this.clock.offsetMs,
      onLine: (line) => {
        this.alarms.takeLine(line);
        options.onLine(line);
      },
      onOutcome: (outcome) => this.alarms.takeOutcome(outcome),
      environment: {
        ...environment,
        // The values of the template's references.
        [ROTATION_ENV.credentialsSecretArn]: arnOf(
          environment[ROTATION_ENV.credentialsSecretArn] ?? '',
        ),
        [ROTATION_ENV.replicationGroupId]: groupIdOf(this.blueprint),
        // Shorter waits than in AWS, since the cache changes within milliseconds here.
        [ROTATION_ENV.pollIntervalMs]: String(options.pollIntervalMs),
        [ROTATION_ENV.quietMs]: String(options.quietMs),
        AWS_REGION: 'us-east-1',
        AWS_ACCESS_KEY_ID: plane.credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: plane.credentials.secretAccessKey,
        AWS_ENDPOINT_URL_SECRETS_MANAGER: plane.url,
        AWS_ENDPOINT_URL_ELASTICACHE: plane.url,
        NODE_EXTRA_CA_CERTS: this.caFile,
      },
    });
  }

  /** Resolves `{{resolve:secretsmanager:<id>:SecretString:<key>::}}` as CloudFormation does. */
  #resolve(text: string): string {
    const reference = /\{\{resolve:secretsmanager:(\w+):SecretString:(\w+)::\}\}/g;
    return text.replace(reference, (_, id: string, key: string) => {
      const { secretString } = this.secrets.getValue(arnOf(id), {});
      return String(JSON.parse(secretString)[key]);
    });
  }
}

function digits(number: number, count: number): string {
  return String(number).padStart(count, '0');
}

function arnOf(secretId: string): string {
  return `arn:aws:secretsmanager:us-east-1:000000000000:secret:${secretId}-Rhrsal`;
}

/** ElastiCache keeps ids in lower case, 40 characters at most. */
function groupIdOf({ stackName, groupId }: Blueprint): string {
  return `${stackName}-${groupId}`.toLowerCase().slice(0, 40);
}

function started<T>(part: T | undefined): T {
  return part ?? notStarted();
}

function notStarted(): never {
  throw new Error('the deployment has not started');
}
