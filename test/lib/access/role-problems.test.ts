/**
 * Roles report every problem of their props, of the engine and of a shared cache in words.
 *
 * bad-roles.txt has a factory, its props and the place per block, then its messages.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { noRole, Role } from '../../../lib/access/role';
import { Engine } from '../../../lib/settings/engine';

const BAD = readFileSync(join(__dirname, 'bad-roles.txt'), 'utf8');

/** As plain JavaScript calls the factories. */
function make(name: string, props: unknown): Role {
  return (Role as unknown as Record<string, (given: unknown) => Role>)[name]?.(props) as Role;
}

interface Place {
  readonly engine: string;
  readonly shared: boolean;
  readonly isSharded: boolean;
  readonly isApart: boolean;
}

function problemsOf(role: Role, { engine: id, ...given }: Partial<Place> = {}) {
  const engine = Engine.ALL.find((each) => each.id === (id ?? 'valkey-8.0')) as Engine;
  return role.problems({ name: 'app', engine, shared: false, ...given });
}

const parsed = (text: string | undefined) => (text === undefined ? undefined : JSON.parse(text));

describe('Roles that are refused', () => {
  const blocks = BAD.trim().split('\n\n');

  test.each(blocks.map((block) => [block.split('\n')[0] ?? '', block]))('%s', (_, block) => {
    const [first = '', ...lines] = block.split('\n');
    const [, name = '', props, place] =
      /^(\w+)(?: (\{.*?\}|".*"))?(?: (\{.*\}))?$/.exec(first) ?? [];
    const role = make(name, parsed(props));
    expect(lines.length).toBeGreaterThan(0);
    expect(problemsOf(role, parsed(place))).toStrictEqual(
      lines.map((line) => `user app: ${line.slice(2)}`),
    );
  });

  test('most kinds of problem have a block', () => {
    expect(blocks.length).toBeGreaterThan(25);
  });

  test('an invalid role has no access string', () => {
    const role = make('readOnly', { keys: 'app:*' });
    expect(role.description).toBe('invalid');
    expect(() => role.accessString(Engine.VALKEY_8_0)).toThrow(
      'user readOnly: `keys` must be a list of key patterns, got "app:*". Use ["app:*"].',
    );
  });

  test('what is no role', () => {
    expect(noRole('app', 'on ~* +@all')).toBe(
      'user app must be a Role, got a text. Use Role.custom with this access string, or a ' +
        'role such as Role.readOnly().',
    );
    expect(noRole('app', undefined)).toBe(
      'user app must be a Role, got nothing. Use a role such as ' +
        'Role.readWrite({ keys: ["app:*"] }).',
    );
  });
});

describe('Roles that are possible in a cache that other users share', () => {
  test.each([
    ['readOnly', {}],
    ['readWrite', { keys: ['app:*', '{app}:*', 'app:user-?:*', 'app:\\*', 'a[b]*:'].slice(0, 4) }],
    ['readWrite', { readKeys: ['*'], writeKeys: ['log:*'] }],
    ['readWrite', { keys: [], channels: ['news:*'] }],
    ['queue', { keys: ['jobs:*'] }],
    ['bullMq', {}],
    ['celery', { prefix: 'tasks:' }],
    ['rq', {}],
    ['django', { scan: true, scripts: true }],
    ['nodeExample', {}],
    ['pythonExample', {}],
    ['admin', { reason: 'repairs by hand' }],
  ])('%s(%j)', (name, props) => {
    expect(problemsOf(make(name, props), { shared: true })).toStrictEqual([]);
  });

  test.each([
    ['sidekiq', { databases: [1] }],
    ['cache', { databases: [1], clear: true }],
    ['readWrite', { databases: [1, 2] }],
  ])('%s(%j) on Valkey 9.1, with databases of its own', (name, props) => {
    const place = { engine: 'valkey-9.1', shared: true, isApart: true };
    expect(problemsOf(make(name, props), place)).toStrictEqual([]);
  });
});
