/**
 * `grantRead` of a cache and of its secret lets a reader of any stack read one secret and decrypt
 * it through Secrets Manager, nothing else, and no stack depends on its reader.
 */

import { ContainerImage, Secret as EcsSecret, FargateTaskDefinition } from 'aws-cdk-lib/aws-ecs';
import {
  AccountPrincipal,
  FederatedPrincipal,
  Group,
  type IGrantable,
  OpenIdConnectProvider,
  Role,
  ServicePrincipal,
  User,
  WebIdentityPrincipal,
} from 'aws-cdk-lib/aws-iam';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { App, NestedStack, Stack, type StackProps } from 'aws-cdk-lib/core';
import cdkJson from '../../../cdk.json';
import { SecureRedis } from '../../../lib';
import { flatten } from '../../support/flatten';
import { type TemplateJson, templateOf } from '../../support/synth';
import { all } from '../claims';

const HERE = { account: '111122223333', region: 'eu-west-1' };
const THERE = { ...HERE, account: '444455556666' };
const ECS = new ServicePrincipal('ecs-tasks.amazonaws.com');

const FLAGS: readonly [string, object][] = [
  ['the defaults of CDK, with strong references', {}],
  ['weak references', { '@aws-cdk/core:defaultCrossStackReferences': 'weak' }],
  ['the flags of our cdk.json', cdkJson.context],
];

function made(context: object = {}, props: StackProps = {}) {
  const app = new App({ context: { ...context } });
  const data = new Stack(app, 'Data', props);
  const cache = new SecureRedis(data, 'Cache');
  const web = new Stack(app, 'Web', props);
  return { app, data, cache, web };
}

const roleIn = (stack: Stack) => new Role(stack, 'Role', { assumedBy: ECS });

function statementsOf(template: TemplateJson) {
  return all(template, 'AWS::IAM::Policy').flatMap(({ Properties }) => {
    const { PolicyDocument } = flatten(Properties) as unknown as {
      PolicyDocument: { Statement: readonly Record<string, unknown>[] };
    };
    return PolicyDocument.Statement;
  });
}

/** The two statements of a reader, whatever the references to secret and key look like. */
function expectReader(template: TemplateJson, service: string): void {
  const [read, decrypt, ...others] = statementsOf(template).filter(
    ({ Action }) => !JSON.stringify(Action).includes('logs:'),
  );
  const secret = read?.Resource;
  expect(JSON.stringify(secret)).toContain('CacheSecretsCredentials');
  expect(read).toStrictEqual({
    Action: ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue'],
    Effect: 'Allow',
    Resource: secret,
  });
  expect(JSON.stringify(decrypt?.Resource)).toContain('CacheKey');
  expect(decrypt).toStrictEqual({
    Action: 'kms:Decrypt',
    Condition: {
      StringEquals: {
        'kms:EncryptionContext:SecretARN': secret,
        'kms:ViaService': service,
      },
    },
    Effect: 'Allow',
    Resource: decrypt?.Resource,
  });
  expect(others).toStrictEqual([]);
}

const AGNOSTIC = 'secretsmanager.<AWS::Region>.<AWS::URLSuffix>';

describe.each(FLAGS)('With %s', (_, context) => {
  const keyPolicy = (data: Stack) => JSON.stringify(all(templateOf(data), 'AWS::KMS::Key'));
  const alone = keyPolicy(made(context).data);

  test.each<[string, (cache: SecureRedis, web: Stack) => unknown]>([
    ['a role, by the secret', ({ credentials }, web) => credentials.grantRead(roleIn(web))],
    ['a role, by the cache', (cache, web) => cache.grantRead(roleIn(web))],
    [
      'a container, by CDK’s own secret of ECS',
      ({ credentials }, web) =>
        new FargateTaskDefinition(web, 'Task').addContainer('web', {
          image: ContainerImage.fromRegistry('example'),
          secrets: { REDIS_URL: EcsSecret.fromSecretsManager(credentials, 'url') },
        }),
    ],
    [
      'a secret that is added to a container later',
      ({ credentials }, web) =>
        new FargateTaskDefinition(web, 'Task')
          .addContainer('web', { image: ContainerImage.fromRegistry('example') })
          .addSecret('REDIS_URL', EcsSecret.fromSecretsManager(credentials, 'url')),
    ],
    [
      'a function',
      ({ credentials }, web) =>
        credentials.grantRead(
          new LambdaFunction(web, 'Function', {
            runtime: Runtime.NODEJS_24_X,
            handler: 'index.handler',
            code: Code.fromInline('exports.handler = async () => {}'),
          }),
        ),
    ],
    [
      'a role of a pod, by OIDC',
      ({ credentials }, web) => {
        const arn = 'arn:aws:iam::111122223333:oidc-provider/oidc.eks.example';
        const provider = OpenIdConnectProvider.fromOpenIdConnectProviderArn(web, 'Oidc', arn);
        const assumedBy = new WebIdentityPrincipal(provider.openIdConnectProviderArn);
        credentials.grantRead(new Role(web, 'Pod', { assumedBy }));
      },
    ],
    [
      'an imported role',
      ({ credentials }, web) =>
        credentials.grantRead(Role.fromRoleArn(web, 'Role', 'arn:aws:iam::111122223333:role/app')),
    ],
    ['a user', ({ credentials }, web) => credentials.grantRead(new User(web, 'User'))],
    ['a group', ({ credentials }, web) => credentials.grantRead(new Group(web, 'Group'))],
  ])('%s of another stack reads, and the cache waits for nothing', (__, grant) => {
    const { app, data, cache, web } = made(context);
    grant(cache, web);
    app.synth();
    expectReader(templateOf(web), AGNOSTIC);
    expect(data.dependencies).toStrictEqual([]);
    expect(keyPolicy(data)).toBe(alone);
  });
});

describe('Readers of every stack that can be', () => {
  test('of the stack itself', () => {
    const { app, cache, data } = made();
    cache.credentials.grantRead(roleIn(data));
    app.synth();
    expectReader(templateOf(data), AGNOSTIC);
  });

  test.each(['parent', 'nested'])('nested ones, with the cache in the %s stack', (place) => {
    const app = new App();
    const parent = new Stack(app, 'Parent');
    const nested = new NestedStack(parent, 'Nested');
    const [home, web] = place === 'parent' ? [parent, nested] : [nested, parent];
    new SecureRedis(home, 'Cache').credentials.grantRead(roleIn(web));
    expect(() => app.synth()).not.toThrow();
    const actions = statementsOf(templateOf(web)).map(({ Action }) => Action);
    expect(actions).toContain('kms:Decrypt');
  });

  test.each(FLAGS)('of another region, with the region of the cache: %s', (_, context) => {
    const { app, cache } = made(context, { env: HERE });
    const web = new Stack(app, 'Far', { env: { ...HERE, region: 'cn-north-1' } });
    cache.grantRead(roleIn(web));
    const text = JSON.stringify(app.synth().getStackByName('Far').template);
    expect(text).toContain('secretsmanager.eu-west-1.amazonaws.com"');
  });

  test('only certain versions, if asked', () => {
    const { cache, web } = made();
    cache.credentials.grantRead(roleIn(web), ['AWSCURRENT']);
    expect(statementsOf(templateOf(web))[0]).toMatchObject({
      Condition: { 'ForAnyValue:StringEquals': { 'secretsmanager:VersionStage': ['AWSCURRENT'] } },
    });
  });
});

describe('A reader that could not read is refused', () => {
  const otherAccount = (name: string) =>
    'Data/Cache: a reader of the credentials secret must be in the account of the cache, ' +
    `111122223333, got ${name} in account 444455556666. Grant a role of account 111122223333, ` +
    'and let 444455556666 assume that role.';

  test.each<[string, (far: Stack) => IGrantable, string]>([
    ['a role', (far) => roleIn(far), 'Far/Role'],
    [
      'an imported role',
      (far) => Role.fromRoleArn(far, 'Role', 'arn:aws:iam::444455556666:role/app'),
      'Far/Role',
    ],
    ['the account itself', () => new AccountPrincipal('444455556666'), 'AccountPrincipal'],
    [
      'an imported function',
      (far) =>
        LambdaFunction.fromFunctionArn(
          far,
          'Function',
          'arn:aws:lambda:eu-west-1:444455556666:function:app',
        ),
      'Far/Function',
    ],
  ])('%s of another account', (_, reader, name) => {
    const { app, cache } = made({}, { env: HERE });
    const far = new Stack(app, 'Far', { env: THERE });
    const grantee = reader(far);
    for (const grant of [
      () => cache.grantRead(grantee),
      () => cache.credentials.grantRead(grantee),
      () => cache.delivery.toHost(grantee),
    ]) {
      expect(grant).toThrow(otherAccount(name).slice(0, otherAccount(name).indexOf(name)));
      expect(grant).toThrow(name);
      expect(grant).toThrow('in account 444455556666. Grant a role of account 111122223333');
    }
  });

  test('but not where an account is unknown', () => {
    const { cache, web } = made();
    const role = Role.fromRoleArn(web, 'Role', 'arn:aws:iam::444455556666:role/app');
    expect(() => cache.grantRead(role)).not.toThrow();
  });

  test.each<[string, IGrantable]>([
    ['a service', ECS],
    ['who signs in elsewhere', new FederatedPrincipal('idp.example', {})],
    ['an account', new AccountPrincipal('111122223333')],
  ])('%s, which holds no policy', (_, grantee) => {
    const { cache } = made({}, { env: HERE });
    for (const grant of [
      () => cache.grantRead(grantee),
      () => cache.credentials.grantRead(grantee),
    ])
      expect(grant).toThrow(
        'Data/Cache: a reader of the credentials secret must have a policy of its own, as a ' +
          'role, ' +
          'a user or a function has, got ',
      );
  });

  test('and so is a writer', () => {
    const { cache, web } = made();
    expect(() => cache.credentials.grantWrite(roleIn(web))).toThrow(
      'Data/Cache: the credentials secret must be written by its rotation function only',
    );
  });
});
