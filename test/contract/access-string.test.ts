/**
 * Access strings are compared by what they allow: another spelling is the same, another right never
 * is. The spelling of the servers of this machine is that of `ACL LIST`.
 */

import * as fc from 'fast-check';
import { findServers, namedServer } from '../../cli/server/redis-binary';
import { isSameAccess } from '../../contract/access-string';
import { Engine } from '../../lib/settings/engine';
import { AclServer, rulesOf } from '../../scripts/roles/acl-server';
import { ROLES_OF_PAGE } from '../../scripts/roles/roles-of-page';
import { temporaryFolder } from '../support/temporary-folder';

describe('The same access in another spelling', () => {
  test.each([
    // As ElastiCache returns it: go-to-k/cdk-real-drift#488.
    ['on ~app:* +@read', 'on ~app:* -@all +@read'],
    ['on allkeys allcommands', 'on ~* +@all'],
    ['ON ~app:* +GET', 'on ~app:* +get'],
    ['on ~a:* ~b:*', 'on ~b:* ~a:*'],
    ['on ~a:* ~a:*', 'on ~a:*'],
    ['on %RW~a:*', 'on ~a:*'],
    ['on %R~a:* %W~a:*', 'on ~a:*'],
    ['on ~a:* ~*', 'on ~*'],
    ['on ~a:* resetkeys ~b:*', 'on ~b:*'],
    ['on resetchannels &a &b', 'on &b resetchannels &b &a'],
    ['on &a allchannels', 'on &*'],
    ['off on ~a', 'on ~a'],
    ['on +get +set', 'on +set +get'],
    ['on +@read -get -set', 'on +@read -set -get'],
    ['on -get +get', 'on +get'],
    ['on +client|id +client', 'on +client'],
    ['on +@write -@all +get', 'on +get'],
    ['on -@admin +get', 'on +get'],
    ['on nocommands +get', 'on +get'],
    ['on sanitize-payload +get', 'on +get'],
    ['on  ~a   +get ', 'on ~a +get'],
    // As Redis OSS 7.0 spells categories.
    ['on +@transaction', 'on +multi +exec +discard +watch +unwatch'],
    ['on +client -get', 'on +client'],
    ['on db=1,0 +get', 'on +get db=0,1'],
    ['on alldbs +get', 'on +get'],
    ['on ~a +get (~b +set) (+get ~c)', 'on ~a +get (~c -@all +get) (~b -@all +set)'],
    ['on (~a +get) clearselectors +get', 'on +get'],
    ['off -@all', 'off resetchannels -@all'],
  ])('%s: %s', (one, other) => {
    expect(isSameAccess(one, other, Engine.VALKEY_8_0)).toBe(true);
    expect(isSameAccess(other, one, Engine.VALKEY_8_0)).toBe(true);
  });
});

describe('Another access', () => {
  test.each([
    ['off -@all', 'on -@all'],
    ['on ~app:* +@read', 'on ~app:* +@read +@write'],
    ['on ~app:* +@read', 'on ~* +@read'],
    ['on ~app:* +@read', 'on ~app:* ~other:* +@read'],
    ['on ~App:* +@read', 'on ~app:* +@read'],
    ['on %R~a:*', 'on ~a:*'],
    ['on %R~*', 'on ~*'],
    ['on +@all -@dangerous', 'on -@dangerous +@all'],
    ['on +@read -get', 'on -get +@read'],
    ['on +@read -get +@fast', 'on +@read +@fast -get'],
    ['on +client -client|kill', 'on +client'],
    ['on resetchannels', 'on &*'],
    ['on &a', 'on &b'],
    ['on db=0 +get', 'on +get'],
    ['on resetdbs +get', 'on +get'],
    ['on ~a +get', 'on ~a +get (~b +set)'],
    ['on ~a +get (~b +set)', 'on ~a ~b +get +set'],
    ['on +get', 'on +get nopass'],
    ['on skip-sanitize-payload', 'on'],
  ])('%s: %s', (one, other) => {
    expect(isSameAccess(one, other, Engine.VALKEY_8_0)).toBe(false);
  });
});

describe('The spelling of a server', () => {
  const servers: { readonly engine: Engine; readonly server: AclServer }[] = [];

  beforeAll(async () => {
    for (const { path, engine: name, version } of [...findServers(), namedServer() ?? []].flat()) {
      const id = `${name}-${version.split('.').slice(0, 2).join('.')}`;
      const engine = Engine.ALL.find((each) => each.id === id);
      if (engine === undefined) continue;
      servers.push({ engine, server: await AclServer.start(path, temporaryFolder('spelling')) });
    }
  });

  afterAll(() => Promise.all(servers.map(({ server }) => server.stop())));

  async function spelled(server: AclServer, text: string): Promise<string> {
    await server.setUser('spelled', rulesOf(text));
    const [list] = await server.ask([['ACL', 'LIST']]);
    const line = (list as string[]).find((each) => each.startsWith('user spelled '));
    return String(line).replace('user spelled ', '').replaceAll(/ #\w+/g, '');
  }

  test('of every role is that of the role', async () => {
    expect(servers.length).toBeGreaterThan(0);
    for (const { engine, server } of servers) {
      const texts = ROLES_OF_PAGE.map(({ role }) => role.accessString(engine));
      for (const text of texts) {
        const theirs = await spelled(server, text);
        expect([text, theirs, isSameAccess(text, theirs, engine)]).toStrictEqual([
          text,
          theirs,
          true,
        ]);
        const others = texts.filter((each) => each !== text && isSameAccess(each, theirs, engine));
        expect(others).toStrictEqual([]);
      }
    }
  });

  test('of random rules is that of the rules', async () => {
    const rules = `+@read -@read +@write -@dangerous +@all -@all +get -get +set +client -client|kill
+client|id &a &b &* resetchannels`.split(/\s+/);
    const texts = fc.array(fc.constantFrom(...rules), { minLength: 1, maxLength: 6 });
    for (const { engine, server } of servers) {
      await fc.assert(
        fc.asyncProperty(texts, async (words) => {
          // The server refuses a pattern behind &*.
          const text = ['on', '~a:*', '%R~b:*', ...words].join(' ').replace(/ &\*(?= .*&)/, '');
          const theirs = await spelled(server, text).catch(() => text);
          expect([text, theirs, isSameAccess(text, theirs, engine)]).toStrictEqual([
            text,
            theirs,
            true,
          ]);
        }),
        { numRuns: 80 },
      );
    }
  });
});
