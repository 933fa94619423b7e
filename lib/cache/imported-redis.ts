/**
 * A cache of another app, identified by the SSM parameters of its stack or by attributes. It looks
 * nothing up at synth, and changes nothing of the cache but the security group rules that
 * `connections` adds.
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
import { DEFAULTS, DELIVERY_DEFAULTS } from '../settings/defaults';
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
import { checkedScope, checkKinds, type Kinds } from '../validation/kinds';
import { COUNT, checkLimit, PORT, ROTATION_DAYS } from '../validation/limits';
import { Problems, SettingError } from '../validation/setting-error';
import { SecureRedisBase } from './secure-redis-base';

/** Assumptions of an importing app at synth that no parameter can provide. */
export interface SecureRedisImportProps {
  /**
   * The topology of the cache. Replicas and shards matter only for metrics of its nodes.
   *
   * @default - not sharded, with an unknown number of nodes
   */
  readonly topology?: Topology;

  /**
   * The TCP port of the cache.
   *
   * @default 6380
   */
  readonly port?: number;

  /**
   * The number of logical databases.
   *
   * @default - 16, or 1 for a sharded cache
   */
  readonly databases?: number;

  /**
   * How long the cache accepts the previous password after a rotation. Restarts of services and
   * copies of the secret must complete within half of it.
   *
   * @default Duration.days(1)
   */
  readonly gracePeriod?: Duration;
}

export interface SecureRedisAttributes extends SecureRedisImportProps {
  /** The complete ARN of the credentials secret, including the six characters that AWS appends. */
  readonly credentialsSecretArn: string;

  /** The ARN of the key that encrypts the secret, not of an alias. */
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
   * The cache's security group for clients.
   *
   * @default - using `clientSecurityGroup` is an error
   */
  readonly clientSecurityGroupId?: string;

  /**
   * The id of the replication group.
   *
   * @default - using metrics is an error
   */
  readonly replicationGroupId?: string;

  /**
   * The topic of the cache's alarms.
   *
   * @default - using `alarmTopic`, and therefore `EcsRedeployment`, is an error
   */
  readonly alarmTopicArn?: string;

  /**
   * The path of the SSM parameters that the cache's stack publishes, for example `/shop/Cache`.
   *
   * @default - deliveries to hosts, which read the parameters, are an error
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
  /** @throws SettingError with a line per invalid attribute. */
  static fromAttributes(scope: Construct, id: string, given: SecureRedisAttributes): ImportedRedis {
    checkKinds(pathOf(scope, id), given, ATTRIBUTES_KINDS);
    checkLimits(pathOf(scope, id), given);
    const { credentialsSecretArn: arn } = given;
    return new ImportedRedis(scope, id, given, Token.isUnresolved(arn) ? undefined : arn);
  }

  /** @throws SettingError if the path or a prop is invalid. */
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
    // Only its existence matters: without it the deploy fails.
    value(shapeParameter({ isSharded, port: props.port ?? DEFAULTS.port }));
    return new ImportedRedis(scope, id, {
      ...props,
      parameterPath,
      credentialsSecretArn: value('CredentialsSecretArn'),
      encryptionKeyArn: value('EncryptionKeyArn'),
      // Read only where it is used: CDK's validation warns of a parameter that nothing references.
      get endpointAddress() {
        return value('Endpoint');
      },
      get readerEndpointAddress() {
        return value('ReaderEndpoint');
      },
      get securityGroupId() {
        return value('SecurityGroupId');
      },
      get clientSecurityGroupId() {
        return value('ClientSecurityGroupId');
      },
      get replicationGroupId() {
        return value('ReplicationGroupId');
      },
      get alarmTopicArn() {
        return value('AlarmTopicArn');
      },
    });
  }

  readonly credentials: ISecret;
  readonly encryptionKey: IKey;
  readonly port: number;
  readonly gracePeriod: Duration;
  readonly isSharded: boolean;
  /** @internal */
  readonly _shape: CacheShape;
  readonly #attributes: SecureRedisAttributes;
  #connections: Connections | undefined;
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
    const { topology, credentialsSecretArn } = attributes;
    this.port = attributes.port ?? DEFAULTS.port;
    this.gracePeriod = attributes.gracePeriod ?? Duration.days(DELIVERY_DEFAULTS.importedGraceDays);
    this.isSharded = topology?.isSharded ?? false;
    this._shape = {
      isSharded: this.isSharded,
      ...(topology && { replicas: topology.replicas }),
      databases: attributes.databases ?? databasesOf({ parameters: {}, topology: this }),
      takesClusterDatabases: false,
    };
    const key = Key.fromKeyArn(this, 'Key', attributes.encryptionKeyArn);
    this.encryptionKey = key;
    const secret = { owner: this, secretArn: credentialsSecretArn, key };
    this.credentials = grantingSecret(this, 'CredentialsSecret', secret);
  }

  get connections(): Connections {
    this.#connections ??= new Connections({
      securityGroups: [importedGroup(this, this.#attributes.securityGroupId, this.port)],
      defaultPort: Port.tcp(this.port),
    });
    return this.#connections;
  }

  get endpointAddress(): string {
    return this.#attributes.endpointAddress;
  }

  get readerEndpointAddress(): string {
    return this.#attributes.readerEndpointAddress ?? this.endpointAddress;
  }

  get clientSecurityGroup(): ISecurityGroup {
    const id = this.#known('clientSecurityGroup', 'clientSecurityGroupId');
    // Members can only reach the cache: add no rule to this group.
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

/** The path that a construct will have, for checks before it exists. */
function pathOf(scope: Construct, id: string): string {
  return [Node.of(checkedScope(scope, id)).path, id]
    .filter((part) => part !== '')
    .join(Node.PATH_SEP);
}
