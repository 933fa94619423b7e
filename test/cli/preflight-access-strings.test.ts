/** Preflight on users whose access strings need an engine that the same deploy brings. */

import type { StackTemplate, TemplateResource } from '../../cli/template/stack-template';
import { localForAll } from '../support/local-for-all';
import { preflightOn, type Row } from '../support/preflight-run';
import { group, template } from '../support/preflight-template';

const { rows } = preflightOn(localForAll());

/** A cache on an engine, with a user app and the user that is off. */
function onEngine(EngineVersion: unknown, AccessString: string, Engine = 'valkey'): StackTemplate {
  const named = (UserName: string, access: string): TemplateResource => ({
    Type: 'AWS::ElastiCache::User',
    Properties: { UserName, AccessString: access },
  });
  return template({
    ...group({ UserGroupIds: [{ Ref: 'Users' }], Engine, EngineVersion }),
    Users: {
      Type: 'AWS::ElastiCache::UserGroup',
      Properties: { UserIds: [{ Ref: 'Off' }, { Ref: 'App' }, { Ref: 'Web' }] },
    },
    Off: named('default', 'off -@all'),
    App: named('app', AccessString),
    Web: named('web', AccessString),
  });
}

const ROLE = 'on ~app:* resetchannels -@all +@read -client|tracking +cluster|slots +eval_ro';
const OLD_ROLE = 'on ~app:* resetchannels -@all +@read +info';
const DATABASE = `${ROLE} db=3`;

describe('Access strings and the engine of the same deploy', () => {
  const fits = (engine: string) =>
    `fine  access strings of test/Cache: ${engine}, as deployed, has all of their words`;
  const refused = (engine: string, words: string) =>
    `will fail  access strings of test/Cache: they must have only words of ${engine}, as ` +
    `deployed, which changes after the users, got ${words} of user app, and others of web. ` +
    'Deploy twice: first the newer engine, with the access strings that are deployed in ' +
    '`Role.custom` and without new `databases`, then these users (docs/roles.md).';
  const redis = (version: unknown, access: string) => onEngine(version, access, 'redis');
  rows('access strings', [
    ['the first deploy', [], { stacks: [onEngine('9.1', DATABASE)] }],
    [
      'the engine stays, which synth checks',
      [],
      { stacks: [onEngine('9.1', DATABASE)], deployed: [onEngine('9.1', ROLE)] },
    ],
    [
      'Redis OSS 6.2 to 7.0, with the role of 7.0',
      refused('redis 6.2', '-client|tracking, +cluster|slots and +eval_ro'),
      { stacks: [redis('7.0', ROLE)], deployed: [redis('6.2', OLD_ROLE)] },
    ],
    [
      'Redis OSS 6.2 to 7.1, with the old access strings',
      fits('redis 6.2'),
      { stacks: [redis('7.1', OLD_ROLE)], deployed: [redis('6.2', OLD_ROLE)] },
    ],
    [
      'the second of the two deploys',
      [],
      { stacks: [redis('7.0', ROLE)], deployed: [redis('7.0', OLD_ROLE)] },
    ],
    [
      'databases together with Valkey 9.1',
      refused('valkey 9.0', 'db=3'),
      { stacks: [onEngine('9.1', DATABASE)], deployed: [onEngine('9.0', ROLE)] },
    ],
    [
      'commands of Valkey 9.1 in a custom access string',
      refused('valkey 8.0', '+hgetdel, +msetex, +hexpire and 1 more'),
      {
        stacks: [onEngine('9.1', `${ROLE} +hgetdel +msetex +hexpire +httl`)],
        deployed: [onEngine('8.0', ROLE)],
      },
    ],
    ...[
      ['8.0', '8.1'],
      ['9.0', '9.1'],
      ['7.2', '9.1'],
    ].map(
      ([was, now]): Row => [
        `Valkey ${was} to ${now}, with named roles`,
        fits(`valkey ${was}`),
        { stacks: [onEngine(now, ROLE)], deployed: [onEngine(was, ROLE)] },
      ],
    ),
    [
      'Redis OSS to Valkey, with users of other ids',
      [],
      { stacks: [onEngine('8.0', ROLE)], deployed: [redis('6.2', OLD_ROLE)] },
    ],
    [
      'a version that is known at deploy',
      [],
      { stacks: [onEngine('9.1', DATABASE)], deployed: [onEngine({ Ref: 'Version' }, ROLE)] },
    ],
    [
      'one password, as deployed',
      [],
      { stacks: [template()], deployed: [template(group({ EngineVersion: '7.0' }))] },
    ],
  ]);
});
