/**
 * Each branch of a CloudFormation condition is checked, for values, lists and documents;
 * unresolvable expressions do not count as harmless.
 */

import { CfnCondition, CfnMapping, CfnParameter, CfnResource, Fn } from 'aws-cdk-lib/core';
import { branchesOf } from '../../../lib/rules/branches';
import { type Given, given, linesOf } from '../../support/rules';

const NOTHING = { Ref: 'AWS::NoValue' };
const when = (whenTrue: unknown, whenFalse: unknown, name = 'Cond') => ({
  'Fn::If': [name, whenTrue, whenFalse],
});

/** The part and the id of the rule of each line. */
function refusedAfter(spoil: (made: Given) => unknown): readonly string[] {
  const made = given();
  new CfnCondition(made.stack, 'Cond', { expression: Fn.conditionEquals('a', 'b') });
  spoil(made);
  return linesOf(made).map((line) => line.replace(/^\S+ (.*?) must be .*(\(.*\))$/, '$1 $2'));
}

const GROUP = 'ReplicationGroup/Group';
const ROLE = 'Rotation/Role/Role/Resource';
const POLICY = 'Rotation/Role/Policy/Resource';
const FUNCTION = 'Rotation/Function/Resource';

describe('What is right in one branch and absent in the other is refused', () => {
  test.each([
    [GROUP, 'KmsKeyId', 'cache-key'],
    [GROUP, 'AuthToken', 'cache-password'],
    [GROUP, 'CacheSubnetGroupName', 'cache-subnet-group'],
    [GROUP, 'CacheParameterGroupName', 'cache-parameter-group'],
    [GROUP, 'Port', 'cache-port'],
    [GROUP, 'TransitEncryptionEnabled', 'cache-tls'],
    ['Secrets/Credentials', 'KmsKeyId', 'secret-key'],
    ['Secrets/Credentials', 'SecretString', 'secret-value'],
    ['Rotation/Log/Resource', 'KmsKeyId', 'log-key'],
    [FUNCTION, 'KmsKeyArn', 'function-key'],
    [FUNCTION, 'VpcConfig', 'function-network'],
    ['Rotation/Function/SecretsManager', 'SourceAccount', 'function-permission'],
    [POLICY, 'Roles', 'role-holders'],
    [POLICY, 'PolicyDocument', 'role-statements'],
    [ROLE, 'AssumeRolePolicyDocument', 'role-trust'],
    ['SecurityGroup/Resource', 'SecurityGroupEgress', 'egress-none'],
  ])('%s %s', (path, property, rule) => {
    const without = [when('own', NOTHING), when(NOTHING, 'own')];
    for (const value of without) {
      const lines = refusedAfter(({ stack, part }) => {
        const resource = part(path);
        const template = stack.resolve(resource._toCloudFormation());
        const own = Object.values<{ Properties: Record<string, unknown> }>(template.Resources)[0];
        const text = JSON.stringify(value).replace(
          '"own"',
          JSON.stringify(own?.Properties[property]),
        );
        resource.addPropertyOverride(property, JSON.parse(text));
      });
      expect(lines).toStrictEqual([`${property} (${rule})`]);
    }
  });

  test('and the line says in which', () => {
    const made = given();
    made.part(GROUP).addPropertyOverride('Port', when(6380, NOTHING));
    expect(linesOf(made)).toStrictEqual([
      'Test/Cache/ReplicationGroup/Group: Port must be the port of the prop `port`, got nothing ' +
        'where `Cond` is false. Set the prop `port`. (cache-port)',
    ]);
  });

  test('but what is right in both is fine', () => {
    const same = ({ part }: Given) => part(GROUP).addPropertyOverride('Port', when(6380, '6380'));
    expect(refusedAfter(same)).toStrictEqual([]);
  });
});

describe('Lists and documents in a branch are read', () => {
  const everybody = { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: '*' } };
  const policyOn =
    (statement: object, document: (made: object) => unknown = (made) => made) =>
    ({ stack, part }: Given) =>
      new CfnResource(stack, 'Policy', {
        type: 'AWS::SecretsManager::ResourcePolicy',
        properties: {
          SecretId: part('Secrets/Credentials').ref,
          ResourcePolicy: document({ Statement: [statement] }),
        },
      });

  test.each<[string, (made: Given) => unknown, string]>([
    [
      'another trust policy',
      ({ part }) => {
        const trust = { Statement: [everybody] };
        part(ROLE).addPropertyOverride('AssumeRolePolicyDocument', when({ Statement: [] }, trust));
      },
      'AssumeRolePolicyDocument (role-trust)',
    ],
    ['a policy', policyOn(everybody, (made) => when(made, NOTHING)), 'Principal (secret-policy)'],
    [
      'a statement',
      policyOn(everybody, () => ({ Statement: [when(NOTHING, everybody)] })),
      'Principal (secret-policy)',
    ],
    [
      'a condition of a statement',
      policyOn({
        ...everybody,
        Condition: {
          StringEquals: { 'aws:PrincipalAccount': when({ Ref: 'AWS::AccountId' }, NOTHING) },
        },
      }),
      'Principal (secret-policy)',
    ],
    [
      'a text that may be a policy',
      policyOn({}, (made) => when(JSON.stringify(made), NOTHING)),
      'ResourcePolicy (secret-policy)',
    ],
  ])('%s', (_, spoil, line) => {
    expect(refusedAfter(spoil)).toContain(line);
  });

  /** The statements of the role's policy, as its template has them. */
  function statementsOf({ stack, part }: Given): Record<string, unknown>[] {
    const { Resources } = stack.resolve(part(POLICY)._toCloudFormation());
    const [policy] = Object.values<{ Properties: { PolicyDocument: { Statement: [] } } }>(
      Resources,
    );
    return [...(policy?.Properties.PolicyDocument.Statement ?? [])];
  }

  test.each<[string, (deny: unknown, first: unknown) => unknown]>([
    ['is absent in one branch', (deny) => when(deny, NOTHING)],
    ['is a copy of another one', (_, first) => first],
  ])('a statement of the rotation role that %s', (_, instead) => {
    const lines = refusedAfter((made) => {
      const all = statementsOf(made);
      const deny = all.findIndex(({ Effect }) => Effect === 'Deny');
      expect(deny).toBeGreaterThan(0);
      all[deny] = instead(all[deny], all[0]) as Record<string, unknown>;
      made.part(POLICY).addPropertyOverride('PolicyDocument.Statement', all);
    });
    expect(lines).toStrictEqual(['PolicyDocument (role-statements)']);
  });

  test('more conditions than can be combined: each branch nevertheless', () => {
    const entries = Array.from({ length: 40 }, (_, index) =>
      when(`10.0.${index}.0/24`, NOTHING, `Cond${index}`),
    );
    const list = (cidrs: readonly unknown[]) =>
      refusedAfter(({ stack, part }) => {
        const Entries = cidrs.map((Cidr) => ({ Cidr }));
        const type = 'AWS::EC2::PrefixList';
        const made = new CfnResource(stack, 'List', { type, properties: { Entries } });
        const rule = { IpProtocol: 'tcp', FromPort: 6380, ToPort: 6380 };
        new CfnResource(stack, 'In', {
          type: 'AWS::EC2::SecurityGroupIngress',
          properties: {
            ...rule,
            GroupId: part('SecurityGroup/Resource').getAtt('GroupId'),
            SourcePrefixListId: made.getAtt('PrefixListId'),
          },
        });
      });
    expect(list(entries)).toStrictEqual([]);
    const last = when(NOTHING, when('0.0.0.0/0', NOTHING, 'Cond3'), 'Cond7');
    expect(list([...entries, last])).toStrictEqual(['SourcePrefixListId (ingress-networks)']);
  });
});

describe('Networks by index, mapping and name', () => {
  const listed = ['10.0.0.0/8', '0.0.0.0/0'];
  const ingress = (network: (made: Given) => unknown) =>
    refusedAfter(
      (made) =>
        new CfnResource(made.stack, 'In', {
          type: 'AWS::EC2::SecurityGroupIngress',
          properties: {
            IpProtocol: 'tcp',
            FromPort: 6380,
            ToPort: 6380,
            GroupId: made.part('SecurityGroup/Resource').getAtt('GroupId'),
            CidrIp: network(made),
          },
        }),
    );
  const mappings = ({ stack }: Given) => {
    new CfnMapping(stack, 'M', { mapping: { 'eu-west-1': { c: '10.0.0.0/8' } } });
    new CfnMapping(stack, 'N', { mapping: { 'eu-west-1': { c: '8.0.0.0/8', d: listed } } });
  };
  const parameter = ({ stack }: Given, allowedValues?: string[]) =>
    new CfnParameter(stack, 'P', allowedValues ? { allowedValues } : { type: 'Number' }).logicalId;

  test.each<[string, (made: Given) => unknown]>([
    [
      'an index of two',
      (made) => ({ 'Fn::Select': [{ Ref: parameter(made, ['0', '1']) }, listed] }),
    ],
    ['a free index', (made) => ({ 'Fn::Select': [{ Ref: parameter(made) }, listed] })],
    ['an index by a condition', () => ({ 'Fn::Select': [when(0, 1), listed] })],
    [
      'an index by a condition, of a text',
      () => ({ 'Fn::Select': [when(0, 1), { 'Fn::Split': [',', listed.join()] }] }),
    ],
    ['an index that is none', () => ({ 'Fn::Select': ['x', listed] })],
    ['a function that is malformed', () => ({ 'Fn::Select': '0' })],
    [
      'the default of a mapping',
      (made) => {
        mappings(made);
        const keys = ['M', { Ref: 'AWS::Region' }, 'c', { DefaultValue: '0.0.0.0/0' }];
        return { 'Fn::FindInMap': keys };
      },
    ],
    [
      'the default of a mapping without the key',
      (made) => {
        mappings(made);
        return { 'Fn::FindInMap': ['M', 'eu-west-1', 'x', { DefaultValue: '0.0.0.0/0' }] };
      },
    ],
    [
      'a mapping by a parameter',
      (made) => {
        mappings(made);
        return { 'Fn::FindInMap': [{ Ref: parameter(made, ['M', 'N']) }, 'eu-west-1', 'c'] };
      },
    ],
    [
      'a list in a mapping',
      (made) => {
        mappings(made);
        return { 'Fn::Select': ['1', { 'Fn::FindInMap': ['N', 'eu-west-1', 'd'] }] };
      },
    ],
    ['a mapping that is not there', () => ({ 'Fn::FindInMap': ['X', 'eu-west-1', 'c'] })],
    ['a part of the internet', () => Fn.select(0, Fn.cidr('8.0.0.0/7', 4, '8'))],
  ])('refused: %s', (_, network) => {
    expect(ingress(network)).toStrictEqual(['CidrIp (ingress-networks)']);
  });

  test.each<[string, (made: Given) => unknown]>([
    [
      'an index of private ones',
      () => ({ 'Fn::Select': [when(0, 1), ['10.0.0.0/8', 'fc00::/7']] }),
    ],
    ['the one that is meant', () => ({ 'Fn::Select': ['0', listed] })],
    [
      'a mapping with an unused default',
      (made) => {
        mappings(made);
        return { 'Fn::FindInMap': ['M', 'eu-west-1', 'c', { DefaultValue: '0.0.0.0/0' }] };
      },
    ],
    [
      'a list in a mapping',
      (made) => {
        mappings(made);
        return { 'Fn::Select': ['0', { 'Fn::FindInMap': ['N', 'eu-west-1', 'd'] }] };
      },
    ],
    ['a part of the VPC', ({ cache }) => Fn.select(0, Fn.cidr(cache.vpc.vpcCidrBlock, 4, '8'))],
    ['another part of the VPC', ({ cache }) => Fn.select(3, Fn.cidr(cache.vpc.vpcCidrBlock, 6))],
    ['a part of a private network', () => Fn.select(1, Fn.cidr('10.0.0.0/16', 4, '8'))],
  ])('fine: %s', (_, network) => {
    expect(ingress(network)).toStrictEqual([]);
  });
});

describe('The branches of a value', () => {
  const values = (value: unknown) => branchesOf(value).map((each) => each.value);

  test.each<[unknown, readonly unknown[]]>([
    [{ A: 1 }, [{ A: 1 }]],
    [{ A: NOTHING, B: [NOTHING, 2] }, [{ B: [2] }]],
    [{ A: when(1, NOTHING) }, [{ A: 1 }, {}]],
    [
      { A: when(1, 2), B: when(3, 4) },
      [
        { A: 1, B: 3 },
        { A: 2, B: 4 },
      ],
    ],
    [{ A: when(when(1, 2), 3) }, [{ A: 1 }, { A: 3 }]],
    [
      [when(1, NOTHING, 'A'), when(2, NOTHING, 'B')],
      [[1, 2], [1], [2], []],
    ],
  ])('%j', (value, expected) => {
    expect(values(value)).toStrictEqual(expected);
  });
});
