/** A template of a cache with two users besides `default`, in small. */

import { createHash } from 'node:crypto';
import type { DeployedAccess } from '../../contract/deployed-access';
import { type Blueprint, blueprintOf } from '../../rehearsal/aws/blueprint';
import type { Resource } from '../../rehearsal/aws/template';
import { BLUEPRINT } from './local-deployment';

const EXCLUDED = '!"#$%&\'()*+,./:;<=>?@[\\]^_`{|}~';

export interface SmallUser {
  readonly name: string;
  readonly accessString: string;
}

export const APP: SmallUser = {
  name: 'app',
  accessString: 'on ~app:* resetchannels -@all +@read +@write +@connection -@dangerous',
};
export const REPORTS: SmallUser = {
  name: 'reports',
  accessString: 'on %R~* resetchannels -@all +@read +ping -@dangerous',
};

function generated(username: string): Resource {
  return {
    Type: 'AWS::SecretsManager::Secret',
    Properties: {
      GenerateSecretString: {
        SecretStringTemplate: JSON.stringify({ username }),
        GenerateStringKey: 'password',
        PasswordLength: 64,
        ExcludeCharacters: EXCLUDED,
        RequireEachIncludedType: true,
      },
    },
  };
}

function user(name: string, secret: string, AccessString: string): Resource {
  const parts = ['{{resolve:secretsmanager:', { Ref: secret }, ':SecretString:password}}'];
  return {
    Type: 'AWS::ElastiCache::User',
    Properties: {
      UserId: `test-${name}`,
      UserName: name,
      Engine: 'valkey',
      AccessString,
      AuthenticationMode: { Type: 'password', Passwords: [{ 'Fn::Join': ['', parts] }] },
    },
  };
}

function schedule(secret: string): Resource {
  return {
    Type: 'AWS::SecretsManager::RotationSchedule',
    Properties: {
      SecretId: { Ref: secret },
      RotationLambdaARN: { 'Fn::GetAtt': ['Function', 'Arn'] },
      RotationRules: { ScheduleExpression: 'rate(90 days)' },
      RotateImmediatelyOnUpdate: true,
    },
  };
}

function ofUser({ name, accessString }: SmallUser): Readonly<Record<string, Resource>> {
  const secret = `Secret${name}`;
  return {
    [secret]: generated(name),
    [`User${name}`]: user(name, secret, accessString),
    [`Schedule${name}`]: schedule(secret),
  };
}

/** In the format of the variable USERS. */
function entry({ name }: SmallUser): readonly unknown[] {
  const suffixed = { 'Fn::Select': [6, { 'Fn::Split': [':', { Ref: `Secret${name}` }] }] };
  return [`${name}=`, { Ref: `User${name}` }, '=', suffixed];
}

function accessOf(users: readonly SmallUser[]): DeployedAccess {
  const all = [{ name: 'default', accessString: 'off -@all' }, ...users];
  return {
    engine: { name: 'valkey', version: '8.0' },
    group: 'test-users',
    users: all.map(({ name, accessString: access }) => ({
      name,
      id: `test-${name}`,
      access,
      login: 'password',
      role: `may do ${access}`,
    })),
  };
}

export function usersResources(
  users: readonly SmallUser[] = [APP, REPORTS],
): Readonly<Record<string, Resource>> {
  const access = JSON.stringify(accessOf(users));
  const entries = users.flatMap((each, index) => [...(index > 0 ? [','] : []), ...entry(each)]);
  const arn = ['arn:', { Ref: 'AWS::Partition' }, ':secretsmanager:', { Ref: 'AWS::Region' }];
  return {
    Group: {
      Type: 'AWS::ElastiCache::ReplicationGroup',
      Properties: {
        Engine: 'valkey',
        EngineVersion: '8.0',
        Port: 6380,
        NumCacheClusters: 2,
        TransitEncryptionEnabled: true,
        UserGroupIds: [{ Ref: 'Users' }],
      },
    },
    Parameters: { Type: 'AWS::ElastiCache::ParameterGroup', Properties: { Properties: {} } },
    Users: {
      Type: 'AWS::ElastiCache::UserGroup',
      Properties: {
        UserGroupId: 'test-users',
        Engine: 'valkey',
        UserIds: ['default', ...users.map(({ name }) => name)].map((name) => ({
          Ref: `User${name}`,
        })),
      },
    },
    Access: {
      Type: 'AWS::SecretsManager::Secret',
      Properties: { SecretString: access },
    },
    Secretdefault: generated('default'),
    Userdefault: user('default', 'Secretdefault', 'off -@all'),
    ...Object.assign({}, ...users.map(ofUser)),
    Function: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        Handler: 'index.handler',
        Runtime: 'nodejs24.x',
        Timeout: 900,
        Environment: {
          Variables: {
            REPLICATION_GROUP_ID: { Ref: 'Group' },
            SECRET_ARN_PREFIX: {
              'Fn::Join': ['', [...arn, ':', { Ref: 'AWS::AccountId' }, ':secret:']],
            },
            USERS: { 'Fn::Join': ['', entries] },
            ACCESS_SECRET: { 'Fn::Select': [6, { 'Fn::Split': [':', { Ref: 'Access' }] }] },
            ACCESS_DIGEST: createHash('sha256').update(access).digest('base64url'),
            ROTATION_DAYS: '90',
            GRACE_DAYS: '7',
          },
        },
      },
    },
  };
}

export function usersBlueprint(users?: readonly SmallUser[]): Blueprint {
  const read = blueprintOf('test', 'test', '/', usersResources(users));
  const { assetFolder } = BLUEPRINT.rotation;
  return { ...read, rotation: { ...read.rotation, assetFolder } };
}
