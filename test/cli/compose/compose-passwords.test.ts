/** Places of a password in a compose file, and what the rules about passwords say of each. */

import { serviceOf, verdictOn } from '../../support/compose-lines';

const V = (name: string) => `\${${name}}`;
const SECRET = 'secrets: [password]';

describe('A password is found wherever it is in the file', () => {
  test.each<[id: string, lines: string, verdict: string, Readonly<Record<string, string>>?]>([
    ['not-in-file', 'command: [redis-server, --user, "default on >hunter2 ~* +@all"]', 'fail'],
    ['not-in-file', 'command: redis-server --user default on >hunter2 ~* +@all', 'fail'],
    ['strong', 'command: redis-server --user default on >hunter2 ~* +@all', 'fail'],
    ['not-in-command', 'command: redis-server --user default on >hunter2 ~* +@all', 'fail'],
    ['not-in-command', 'command: ["redis-server", "--user", "app", "on", ">pw", "+get"]', 'fail'],
    ['not-in-file', 'command: [redis-server, --masterauth, hunter2hunter2]', 'fail'],
    ['not-in-file', 'healthcheck: { test: "redis-cli -a supersecret ping" }', 'fail'],
    ['strong', 'healthcheck: { test: [CMD, redis-cli, --pass, supersecret, ping] }', 'fail'],
    ['not-in-file', 'healthcheck: { test: "redis-cli auth supersecret | grep OK" }', 'fail'],
    ['not-in-file', 'healthcheck: { test: "redis-cli -a $$PW ping | grep -a PONG" }', 'pass'],
    [
      'not-in-environment',
      `command: sh -c 'redis-server --requirepass "$$CACHE_SECRET"'
environment: { CACHE_SECRET: "${V('S')}" }`,
      'fail',
    ],
    [
      'not-in-file',
      `command: sh -c 'PW=$$REDIS_AUTH; redis-server --requirepass $$PW'
environment: { REDIS_AUTH: hunter2 }`,
      'fail',
    ],
    ['not-in-environment', 'environment: { CACHE_SECRET: x }', 'pass'],
    [
      'strong',
      'command: redis-server /r.conf\nvolumes: ["./r.conf:/r.conf"]',
      'fail',
      { 'r.conf': 'requirepass foobared\n' },
    ],
    [
      'strong',
      'command: redis-server --aclfile /u.acl\nvolumes: ["./u.acl:/u.acl"]',
      'fail',
      { 'u.acl': 'user default on >short ~* +@all\n' },
    ],
    ['not-in-file', `command: sh -c 'redis-server --requirepass "$$(cat /p)"'\n${SECRET}`, 'pass'],
    ['strong', `command: sh -c 'redis-server --requirepass "$$(cat /p)"'\n${SECRET}`, 'pass'],
    ['required', 'command: redis-server --user app on >pw ~* +@all --user default off', 'pass'],
    ['required', 'command: redis-server --user default off --user app on >pw ~* +@all', 'pass'],
    ['required', 'command: [redis-server, --user, "default on nopass ~* +@all"]', 'fail'],
  ])('%s: %s', (id, lines, verdict, files = {}) => {
    expect(verdictOn(`password-${id}`, serviceOf(lines), files)).toMatch(
      new RegExp(`^${verdict}: `),
    );
  });

  test.each([
    ['  app: { image: app, environment: { REDIS_URL: "redis://:hunter2@redis" } }', 'fail'],
    ['  app: { image: app, environment: ["REDIS_PASSWORD=hunter2"] }', 'fail'],
    ['x-env: { CELERY_BROKER_URL: "redis://:difyai123456@redis:6379/1" }', 'fail'],
    [`x-env: { B: "${V('B:-rediss://app:difyai123456@redis')}" }`, 'fail'],
    [`  app: { image: app, environment: { REDIS_URL: "redis://:${V('P')}@redis" } }`, 'pass'],
    ['  app: { image: app, environment: { REDIS_URL: "redis://redis:6379/0" } }', 'pass'],
    ['  app: { image: app, environment: { REDIS_USE_AUTH: "true" } }', 'pass'],
    ['  app: { image: app, environment: { POSTGRES_URL: "postgres://u:pw@db" } }', 'pass'],
  ])('in another service or fragment: %s: %s', (other, verdict) => {
    expect(verdictOn('password-not-in-file', serviceOf() + other)).toMatch(
      new RegExp(`^${verdict}: `),
    );
  });

  test('in a config of the compose file', () => {
    const compose = `${serviceOf(
      'command: redis-server /r.conf',
      'configs: [{ source: rc, target: /r.conf }]',
    )}configs: { rc: { content: "requirepass hunter2" } }\n`;
    expect(verdictOn('password-required', compose)).toMatch(/^pass: /);
    expect(verdictOn('password-not-in-file', compose)).toMatch(/^fail: /);
    expect(verdictOn('password-not-in-command', compose)).toMatch(/^pass: /);
  });
});

describe('A text that is kept, and one that is not', () => {
  test.each([
    [`entrypoint: redis-server --requirepass ${V('PW')}`, 'fail'],
    [`command: redis-server --masterauth ${V('PW')}`, 'fail'],
    ['command: redis-server --requirepass "$$(cat /run/secrets/x)"', 'fail'],
    ['command: [redis-server, --requirepass, "$$REDIS_PASSWORD"]', 'fail'],
    ['command: [redis-server, --requirepass, "Abc$$def"]', 'pass'],
    ["command: [redis-server, --requirepass, 'p$$ss word']", 'pass'],
    ['environment: { REDIS_PASSWORD: "ab$Hcd" }', 'fail'],
  ])('%s: %s', (lines, verdict) => {
    expect(verdictOn('text-kept', serviceOf(lines))).toMatch(new RegExp(`^${verdict}: `));
  });
});
