/**
 * A cache of another app: by the SSM parameters that its stack publishes, or by attributes. Nothing
 * is looked up in an account, and nothing of the cache is changed but the rules of its security
 * group that `connections` adds.
 */

import { Connections, type ISecurityGroup, Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Duration, Token } from 'aws-cdk-lib/core';
import { type Construct, Node } from 'constructs';
import { importedGroup } from '../access/imported-group';
import { shapeParameter } from '../access/published-parameters';
import { grantingSecret } from '../access/read-grant';
import type { CacheShape } from '../connection/cache-shape';
import { DEFAULTS } from '../settings/defaults';
import { databasesOf } from '../settings/parameters';
import {
  HOST,
  KEY_ARN,
  NAME,
  PARAMETER_PATH,
  SECRET_ARN,
  SECURITY_GROUP_ID,
  TOPIC_ARN,
} from '../settings/text-kinds';
import type { Topology } from '../settings/topology';
import { also, duration, NUMBER, required, TOPOLOGY } from '../settings/value-kinds';
import { checkKinds, type Kinds } from '../validation/kinds';
import { COUNT, checkLimit, PORT, ROTATION_DAYS } from '../validation/limits';
import { Problems, SettingError } from '../validation/setting-error';
import { SecureRedisBase } from './secure-redis-base';

/** What an importing app must know when it is synthesized, and no parameter can tell it. */
export interface SecureRedisImportProps {
  /**
   * How the cache is built. Replicas and shards matter for metrics of its nodes only.
   *
   * @default - a cache that is not sharded, with nodes that are not known
   */
  readonly topology?: Topology;

  /**
   * The TCP port of the cache.
   *
   * @default 6380
   */
  readonly port?: number;

  /**
   * How many logical databases the cache has.
   *
   * @default - 16, and 1 of a sharded cache
   */
  readonly databases?: number;

  /**
   * How long the cache accepts the previous password after a rotation. Restarts of services and
   * copies of the secret must be done within half of it.
   *
   * @default Duration.days(1)
   */
  readonly gracePeriod?: Duration;
}

export interface SecureRedisAttributes extends SecureRedisImportProps {
  /** The complete ARN of the credentials secret, with the six characters that AWS appends. */
  readonly credentialsSecretArn: string;

  /** The ARN of the key that encrypts the secret: of the key itself, not of an alias. */
  readonly encryptionKeyArn: string;

  /** The primary endpoint; of a sharded cache, the configuration endpoint. A host name. */
  readonly endpointAddress: string;

  /**
   * The reader endpoint, a host name.
   *
   * @default - the same as `endpointAddress`
   */
  readonly readerEndpointAddress?: string;

  /** The security group of the cache, to which `connections` adds rules. */
  readonly securityGroupId: string;

  /**
   * The security group for clients that the cache made.
   *
   * @default - `clientSecurityGroup` is refused
   */
  readonly clientSecurityGroupId?: string;

  /**
   * The id of the replication group.
   *
   * @default - metrics are refused
   */
  readonly replicationGroupId?: string;

  /**
   * The topic of the cache's alarms.
   *
   * @default - `alarmTopic`, and with it `EcsRedeployment`, is refused
   */
  readonly alarmTopicArn?: string;

  /**
   * The path of the SSM parameters that the cache's stack publishes, for example `/shop/Cache`.
   *
   * @default - deliveries to machines, which read the parameters, are refused
   */
  readonly parameterPath?: string;
}

const IMPORT_KINDS: Kinds<SecureRedisImportProps> = {
  topology: also(TOPOLOGY, 'isSharded', 'sharded', 'replicas', 'shards'),
  port: NUMBER,
  databases: NUMBER,
  gracePeriod: duration('days'),
};

const PARAMETER_PATH_KINDS = { path: required(PARAMETER_PATH) };

const ATTRIBUTES_KINDS: Kinds<SecureRedisAttributes> = {
  credentialsSecretArn: also(required(SECRET_ARN), 'secretArn', 'secretCompleteArn'),
  encryptionKeyArn: also(required(KEY_ARN), 'keyArn', 'encryptionKey', 'kmsKeyId'),
  endpointAddress: also(required(HOST), 'endpoint', 'host'),
  readerEndpointAddress: also(HOST, 'readerEndpoint', 'readerHost'),
  securityGroupId: also(required(SECURITY_GROUP_ID), 'securityGroup', 'securityGroups'),
  clientSecurityGroupId: also(SECURITY_GROUP_ID, 'clientSecurityGroup'),
  replicationGroupId: NAME,
  alarmTopicArn: also(TOPIC_ARN, 'alarmTopic'),
  parameterPath: PARAMETER_PATH,
  ...IMPORT_KINDS,
};

export class ImportedRedis extends SecureRedisBase {
  /** @throws SettingError with a line for each attribute that is wrong. */
  static fromAttributes(scope: Construct, id: string, given: SecureRedisAttributes): ImportedRedis {
    checkKinds(pathOf(scope, id), given, ATTRIBUTES_KINDS);
    checkLimits(pathOf(scope, id), given);
    const { credentialsSecretArn: arn } = given;
    return new ImportedRedis(scope, id, given, Token.isUnresolved(arn) ? undefined : arn);
  }

  /** @throws SettingError if the path or a prop is wrong. */
  static fromParameters(
    scope: Construct,
    id: string,
    parameterPath: string,
    props: SecureRedisImportProps = {},
  ): ImportedRedis {
    const path = pathOf(scope, id);
    checkKinds(path, { path: parameterPath }, PARAMETER_PATH_KINDS);
    checkKinds(path, props, IMPORT_KINDS);
    checkLimits(path, props);
    const { isSharded = false } = props.topology ?? {};
    const value = (name: string) =>
      StringParameter.valueForStringParameter(scope, `${parameterPath}/${name}`);
    // Its value says nothing: that it exists makes the deploy go on.
    value(shapeParameter({ isSharded, port: props.port ?? DEFAULTS.port }));
    return new ImportedRedis(scope, id, {
      ...props,
      parameterPath,
      credentialsSecretArn: value('CredentialsSecretArn'),
      encryptionKeyArn: value('EncryptionKeyArn'),
      endpointAddress: value('Endpoint'),
      readerEndpointAddress: value('ReaderEndpoint'),
      securityGroupId: value('SecurityGroupId'),
      clientSecurityGroupId: value('ClientSecurityGroupId'),
      replicationGroupId: value('ReplicationGroupId'),
      alarmTopicArn: value('AlarmTopicArn'),
    });
  }

  readonly connections: Connections;
  readonly credentials: ISecret;
  readonly encryptionKey: IKey;
  readonly endpointAddress: string;
  readonly readerEndpointAddress: string;
  readonly port: number;
  readonly gracePeriod: Duration;
  readonly isSharded: boolean;
  /** @internal */
  readonly _shape: CacheShape;
  readonly #attributes: SecureRedisAttributes;
  #clientSecurityGroup: ISecurityGroup | undefined;
  #alarmTopic: ITopic | undefined;

  private constructor(
    scope: Construct,
    id: string,
    attributes: SecureRedisAttributes,
    environmentFromArn?: string,
  ) {
    super(scope, id, environmentFromArn === undefined ? {} : { environmentFromArn });
    this.#attributes = attributes;
    const { topology, credentialsSecretArn, endpointAddress } = attributes;
    this.port = attributes.port ?? DEFAULTS.port;
    this.endpointAddress = endpointAddress;
    this.readerEndpointAddress = attributes.readerEndpointAddress ?? endpointAddress;
    this.gracePeriod = attributes.gracePeriod ?? Duration.days(1);
    this.isSharded = topology?.isSharded ?? false;
    this._shape = {
      isSharded: this.isSharded,
      ...(topology && { replicas: topology.replicas }),
      databases: attributes.databases ?? databasesOf({ parameters: {}, topology: this }),
      takesClusterDatabases: false,
    };
    this.connections = new Connections({
      securityGroups: [importedGroup(this, attributes.securityGroupId, this.port)],
      defaultPort: Port.tcp(this.port),
    });
    const key = Key.fromKeyArn(this, 'Key', attributes.encryptionKeyArn);
    this.encryptionKey = key;
    const secret = { owner: this, secretArn: credentialsSecretArn, key };
    this.credentials = grantingSecret(this, 'CredentialsSecret', secret);
  }

  get clientSecurityGroup(): ISecurityGroup {
    const id = this.#known('clientSecurityGroup', 'clientSecurityGroupId');
    // Its members may reach the cache and nothing else: no rule is added to it.
    this.#clientSecurityGroup ??= SecurityGroup.fromSecurityGroupId(this, 'Clients', id, {
      mutable: false,
    });
    return this.#clientSecurityGroup;
  }

  get alarmTopic(): ITopic {
    const arn = this.#known('alarmTopic', 'alarmTopicArn');
    this.#alarmTopic ??= Topic.fromTopicArn(this, 'AlarmTopic', arn);
    return this.#alarmTopic;
  }

  get parameterPath(): string {
    return this.#known('parameterPath', 'parameterPath');
  }

  get replicationGroupId(): string {
    return this.#known('replicationGroupId', 'replicationGroupId');
  }

  get nodeIds(): string[] {
    const { topology } = this.#attributes;
    if (topology !== undefined) return topology.nodeIds(this.replicationGroupId);
    throw new SettingError(
      `${this.node.path}: \`topology\` must be known for the nodes of an imported cache, got ` +
        'nothing. Pass `topology` where it is imported.',
    );
  }

  #known(name: string, attribute: OptionalText): string {
    const value = this.#attributes[attribute];
    if (value !== undefined) return value;
    throw new SettingError(
      `${this.node.path}: \`${name}\` must be known of an imported cache, got nothing. Pass ` +
        `\`${attribute}\` to SecureRedis.fromSecureRedisAttributes.`,
    );
  }
}

type OptionalText =
  | 'clientSecurityGroupId'
  | 'alarmTopicArn'
  | 'parameterPath'
  | 'replicationGroupId';

function checkLimits(path: string, { port, databases, gracePeriod }: SecureRedisImportProps): void {
  const problems = new Problems();
  if (port !== undefined) checkLimit(problems, 'port', port, PORT, 'the TCP ports');
  if (databases !== undefined) checkLimit(problems, 'databases', databases, COUNT, 'databases');
  const days = gracePeriod?.toDays({ integral: false });
  if (days !== undefined) checkLimit(problems, 'gracePeriod', days, GRACE_DAYS, 'days');
  problems.throwAny(path);
}

const GRACE_DAYS = { min: 0, max: ROTATION_DAYS.max };

/** The path that a construct will have: attributes are checked before it exists. */
function pathOf(scope: Construct, id: string): string {
  return [Node.of(scope).path, id].filter((part) => part !== '').join(Node.PATH_SEP);
}
