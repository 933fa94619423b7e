/**
 * A cache of another app, identified by the SSM parameters of its stack or by attributes. It looks
 * nothing up at synth, and changes nothing of the cache but the security group rules that
 * `connections` adds.
 */

import { Connections, type ISecurityGroup, Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Duration, Token } from 'aws-cdk-lib/core';
import { type Construct, Node } from 'constructs';
import type { CacheShape } from '../client-profiles/cache-shape';
import { DEFAULTS, DELIVERY_DEFAULTS } from '../settings/defaults';
import { databasesOf } from '../settings/parameters';
import { importedGroup } from '../sharing/imported-group';
import {
  SECRET_PARAMETER,
  shapeParameter,
  userIdParameter,
  userParameter,
} from '../sharing/published-parameters';
import { checkedScope, checkKinds } from '../validation/kinds';
import { SettingError } from '../validation/setting-error';
import {
  attributesKinds,
  checkAttributes,
  checkImport,
  IMPORT_KINDS,
  type ImportedIamUser,
  type ImportedUser,
  PARAMETER_PATH_KINDS,
  type SecureRedisAttributes,
  type SecureRedisImportProps,
} from './import-attributes';
import { ImportedLogins } from './imported-logins';
import { type PasswordOrUsers, SecureRedisBase } from './secure-redis-base';

export class ImportedRedis extends SecureRedisBase {
  /** @throws SettingError with a line per invalid attribute. */
  static fromAttributes(scope: Construct, id: string, given: SecureRedisAttributes): ImportedRedis {
    checkKinds(pathOf(scope, id), given, attributesKinds(given));
    checkAttributes(pathOf(scope, id), given);
    const { credentialsSecretArn, users = {}, encryptionKeyArn } = given;
    const secrets = Object.values(users).map(({ secretArn }) => secretArn);
    const arns = [credentialsSecretArn, ...secrets, encryptionKeyArn];
    const arn = arns.find((each) => each !== undefined && !Token.isUnresolved(each));
    return new ImportedRedis(scope, id, given, arn);
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
    checkImport(path, props);
    const { isSharded = false } = props.topology ?? {};
    const value = (name: string) =>
      StringParameter.valueForStringParameter(scope, `${parameterPath}/${name}`);
    // Only its existence matters: without it the deploy fails.
    value(shapeParameter({ isSharded, port: props.port ?? DEFAULTS.port }));
    const { users, iamUsers, ...assumed } = props;
    return new ImportedRedis(scope, id, {
      ...assumed,
      parameterPath,
      ...(users && { users: published(users, (name) => secretOf(name, value)) }),
      ...(iamUsers && { iamUsers: published(iamUsers, (name) => idOf(name, value)) }),
      ...(!users && !iamUsers && { credentialsSecretArn: value(SECRET_PARAMETER) }),
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

  readonly encryptionKey: IKey;
  readonly port: number;
  readonly gracePeriod: Duration;
  readonly isSharded: boolean;
  /** @internal */
  readonly _shape: CacheShape;
  readonly #attributes: SecureRedisAttributes;
  /** @internal */
  readonly _logins: PasswordOrUsers;
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
    const { topology } = attributes;
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
    this._logins = new ImportedLogins(this, attributes, key);
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

function published<User>(names: readonly string[], read: (name: string) => User) {
  return Object.fromEntries(names.map((name) => [name, read(name)]));
}

/** Each parameter is read only if its user is. */
function secretOf(name: string, value: (name: string) => string): ImportedUser {
  return {
    get secretArn() {
      return value(userParameter(name));
    },
  };
}

function idOf(name: string, value: (name: string) => string): ImportedIamUser {
  return {
    get userId() {
      return value(userIdParameter(name));
    },
  };
}

/** The path that a construct will have: attributes are checked before it exists. */
function pathOf(scope: Construct, id: string): string {
  return [Node.of(checkedScope(scope, id)).path, id]
    .filter((part) => part !== '')
    .join(Node.PATH_SEP);
}
