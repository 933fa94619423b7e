/** The databases of a role, in the connections of its user and against those of the cache. */

import { Access, Engine, Role, Topology } from '../../../lib';
import { messageOf } from '../../support/message-of';
import { makeStack, templateOf } from '../../support/synth';

describe('The databases of a role', () => {
  const engine = Engine.VALKEY_9_1;
  const usersOf = (databases: readonly number[]) =>
    Access.users({
      app: Role.readWrite({ databases }),
      etl: Role.custom('db=5,7 ~etl:* -@all +@read').iam(),
    });
  const of = (databases: readonly number[], props: object = {}) =>
    makeStack({ access: usersOf(databases), engine, ...props }).cache;

  test('decide the database of a connection that names none', () => {
    const { connectionStringTemplate } = of([3, 4]).user('app');
    expect(connectionStringTemplate).toMatch(/:6380\/3$|\/3$/);
    const asked = of([3, 0]).user('app').connectionString({ client: 'ioredis' });
    expect(asked.template).toMatch(/\/0$/);
    expect(of([3]).user('etl').connectionString({ client: 'ioredis' }).template).toMatch(/\/5$/);
  });

  test('decide the database of the URL that the rotation function stores', () => {
    const listed = (databases: readonly number[]) => {
      const stack = makeStack({ access: usersOf(databases), engine });
      const variables = Object.values(templateOf(stack).Resources)
        .filter(({ Type }) => Type === 'AWS::Lambda::Function')
        .map(({ Properties }) => JSON.stringify(Properties?.Environment));
      return variables.join();
    };
    expect(listed([3, 4])).toMatch(/"app\/3="/);
    expect(listed([3, 0])).toMatch(/"app="/);
  });

  test('are published for the command line, of a user that has not 0', () => {
    const published = (databases: readonly number[]) => {
      const template = templateOf(makeStack({ access: usersOf(databases), engine }));
      return Object.values(template.Resources)
        .filter(({ Properties }) => String(Properties?.Name).endsWith('/Users/app/Database'))
        .map(({ Properties }) => Properties?.Value);
    };
    expect([published([3, 4]), published([3, 0])]).toStrictEqual([['3'], []]);
  });

  test('decide the database of a connection by IAM, which has no URL', () => {
    const etl = of([3]).user('etl');
    const { options, use } = etl.connectionString({ client: 'node-redis' });
    expect(options).toStrictEqual({ database: 5 });
    expect(use).toContain('{ createClient, ...options }');
    const named = etl.connectionString({ client: 'ioredis', database: 7 });
    expect(named.options).toStrictEqual({ database: 7 });
    expect(etl.delivery.environment().REDIS_DATABASE).toBe('5');
    const script = etl.delivery.hostCommands().join('\n');
    expect(script).toContain(`"REDIS_PORT=$REDIS_PORT"`);
    expect(script).toContain(`'REDIS_DATABASE=5'`);
  });

  test('are those that a connection may name', () => {
    const app = of([3, 4]).user('app');
    expect(app.connectionString({ client: 'ioredis', database: 4 }).template).toMatch(/\/4$/);
    expect(messageOf(() => app.connectionString({ client: 'ioredis', database: 0 }))).toBe(
      'Test/Cache/Users/app: `database` must be one of 3, 4, got 0: the role of app has no ' +
        'other. Change it, or the `databases` of the role.',
    );
  });

  test.each<[readonly number[], object, string]>([
    [
      [3, 16],
      {},
      'from 0 to 15, got 16: the cache has no others. Change it, or set the parameter `databases`.',
    ],
    [
      [1],
      { topology: Topology.sharded({ shards: 2 }) },
      '0, got 1: the cache has no others. Change it, or set the parameter `cluster-databases`.',
    ],
  ])('beyond those of the cache are refused: %j', (databases, props, end) => {
    const lines = messageOf(() => of(databases, props)).split('\n');
    expect(lines[0]).toBe(`Test/Cache: user app: \`databases\` must be ${end}`);
  });

  test('within those of the cache are taken', () => {
    expect(of([20], { parameters: { databases: '32' } })).toBeDefined();
  });
});
