/** Verdicts on parts of compose files: forms of each key, and what is taken for a finding. */

import { serviceOf, verdictOn } from '../../support/compose-lines';

const V = (name: string) => `\${${name}}`;

describe('A port is open to every network', () => {
  test.each([
    ["ports: ['6379:6379']", 'fail'],
    ['ports: [6379]', 'fail'],
    ['ports: ["0.0.0.0:6379:6379"]', 'fail'],
    ['ports: ["[::]:6379:6379"]', 'fail'],
    ['ports: ["6379-6380:6379-6380/tcp"]', 'fail'],
    ['ports: ["127.0.0.1:6379:6379", "6379:6379"]', 'fail'],
    ['ports: [{ target: 6379, published: "6379" }]', 'fail'],
    ['ports: [{ target: 6379, host_ip: "0.0.0.0" }]', 'fail'],
    ['ports: ["10.0.0.5:6379:6379"]', 'fail'],
    [`ports: ["${V('BIND:-0.0.0.0')}:6379:6379"]`, 'fail'],
    ['ports: ["localhost:6379:6379"]', 'fail'],
    ['ports: ["my-host:6379:6379"]', 'fail'],
    ['ports: [{ target: 6379, host_ip: localhost }]', 'fail'],
    [`ports: ["${V('REDIS_PORT:-6379')}"]`, 'fail'],
    [`ports: ["${V('REDIS_PORT')}"]`, 'cannot tell'],
    ['ports: ["$REDIS_PORT/tcp"]', 'cannot tell'],
    [`ports: ["${V('ADDRESS')}:${V('PORT')}"]`, 'cannot tell'],
    ['network_mode: host\ncommand: redis-server --bind localhost', 'pass'],
    ['network_mode: host', 'fail'],
    ['network_mode: "service:app"', 'cannot tell'],
    [`ports: ["${V('BIND')}:6379:6379"]`, 'cannot tell'],
    ['ports: ["127.0.0.1:6379:6379"]', 'pass'],
    ['ports: ["127.0.0.1::6379"]', 'pass'],
    ['ports: ["[::1]:6379:6379"]', 'pass'],
    ['ports: ["127.0.0.5:6379-6380:6379-6380"]', 'pass'],
    [`ports: ["${V('BIND:-127.0.0.1')}:6379:6379"]`, 'pass'],
    ['ports: [{ target: 6379, host_ip: "127.0.0.1" }]', 'pass'],
    ['ports: ["6379:6379/udp"]', 'pass'],
    ['expose: ["6379"]', 'pass'],
    ['network_mode: host\ncommand: redis-server --bind 127.0.0.1 -::1', 'pass'],
  ])('%s: %s', (lines, verdict) => {
    expect(verdictOn('port-loopback', serviceOf(lines))).toMatch(new RegExp(`^${verdict}: `));
  });
});

describe('A password is required', () => {
  const password = 'command: [redis-server, --requirepass, PASSWORD]';
  test.each<[string, string, Readonly<Record<string, string>>?]>([
    ['command: redis-server --appendonly yes', 'fail'],
    ['environment: { REDIS_PASSWORD: secret }', 'fail'],
    [password.replace('PASSWORD', '""'), 'fail'],
    [password.replace('PASSWORD', `"${V('P:-')}"`), 'fail'],
    ['command: redis-server --requirepass', 'fail'],
    [
      'command: redis-server /etc/redis.conf\nvolumes: ["./redis.conf:/etc/redis.conf"]',
      'fail',
      { 'redis.conf': 'bind *\n# requirepass foobared\n' },
    ],
    [
      'command: redis-server /etc/redis.conf\nvolumes: ["./conf:/etc"]',
      'fail',
      { 'conf/redis.conf': 'user default on nopass ~* +@all\n' },
    ],
    [password.replace('PASSWORD', `"${V('P')}"`), 'cannot tell'],
    ['command: redis-server /etc/redis.conf', 'cannot tell'],
    [password.replace('PASSWORD', 'x'), 'pass'],
    [password.replace('PASSWORD', `"${V('P:?')}"`), 'pass'],
    [password.replace('PASSWORD', `"${V('P')}"`), 'pass', { '.env': 'P=x\n' }],
    [
      'command: redis-server /etc/redis.conf\nvolumes: ["./redis.conf:/etc/redis.conf:ro"]',
      'pass',
      { 'redis.conf': 'requirepass "a b"\n' },
    ],
    [
      'command: --aclfile /etc/users.acl\nvolumes: [{ type: bind, source: ., target: /etc }]',
      'pass',
      { 'users.acl': 'user default off\nuser app on >x ~* +@read\n' },
    ],
  ])('%s: %s', (lines, verdict, files = {}) => {
    expect(verdictOn('password-required', serviceOf(lines), files)).toMatch(
      new RegExp(`^${verdict}: `),
    );
  });
});

describe('A value of .env within a default is not in the file', () => {
  test.each<[string, string]>([
    [V(`A:-${V('P')}`), 'pass'],
    [V(`A:-${V(`B:-${V('P')}`)}`), 'pass'],
    [V(`A:-${V('P:-written')}`), 'fail'],
  ])('%s: %s', (value, verdict) => {
    const compose = serviceOf(`command: [redis-server, --requirepass, "${value}"]`);
    expect(verdictOn('password-not-in-file', compose, { '.env': 'P=value\n' })).toMatch(
      new RegExp(`^${verdict}: `),
    );
  });
});

describe('A health check fails when the server refuses', () => {
  const required = 'command: redis-server --requirepass x\n';
  const test_ = (words: string) => `${required}healthcheck: { test: ${words} }`;
  test.each([
    [test_('["CMD", "redis-cli", "ping"]'), 'fail: redis: it passes while'],
    [test_('"redis-cli ping || exit 1"'), 'fail: redis: it passes while'],
    [test_('["CMD", "redis-cli", "-a", "x", "ping"]'), 'fail: redis: it passes while'],
    [test_('["CMD-SHELL", "redis-cli ping | grep PONG"]'), 'fail: redis: it does not log in'],
    [test_('["CMD-SHELL", "nc -z localhost 6379"]'), 'fail: redis: it never logs in'],
    [test_('["CMD", "sh", "-c", "redis-cli ping"]'), 'fail: redis: it passes while'],
    [test_('["NONE"]'), 'fail: redis: there is none'],
    [`${required}healthcheck: { disable: true }`, 'fail: redis: there is none'],
    [required, 'fail: redis: there is none'],
    [test_('["CMD", "/probe"]'), 'cannot tell: redis: its program'],
    [test_('["CMD", "redis-cli", "-e", "-a", "x", "ping"]'), 'pass: '],
    [test_(`'REDISCLI_AUTH=$$P redis-cli ping | grep -q PONG'`), 'pass: '],
    [test_(`'test "$$(redis-cli -a x ping)" = PONG'`), 'pass: '],
  ])('%s', (lines, verdict) => {
    expect(verdictOn('health-check', serviceOf(lines)).startsWith(verdict)).toBe(true);
  });

  test.each([
    ['["CMD", "redis-cli", "--raw", "incr", "ping"]', 'fail'],
    ['"redis-cli -h redis -p 6379 SET health 1 && redis-cli get health"', 'fail'],
    ['["CMD", "redis-cli", "-a", "incr", "ping"]', 'pass'],
    ['["CMD", "redis-cli", "get", "incr"]', 'pass'],
  ])('and writes no key: %s: %s', (words, verdict) => {
    const compose = serviceOf(`healthcheck: { test: ${words} }`);
    expect(verdictOn('health-check-reads-only', compose)).toMatch(new RegExp(`^${verdict}: `));
  });
});

describe('A password is changed on its way', () => {
  test.each<[string, RegExp, Readonly<Record<string, string>>?]>([
    ['command: [redis-server, --requirepass, "$$PASSWORD"]', /^fail: .*no shell runs the command/],
    [
      'command: [redis-server, --requirepass, "Pa$word1"]',
      /^fail: .*takes a `\$` within the password/,
    ],
    [`command: redis-server --requirepass ${V('P')}`, /^fail: .*split into words after/],
    ['environment: [\'REDIS_PASSWORD="x y"\']', /^fail: .*quotes around REDIS_PASSWORD are part/],
    [
      `command: [redis-server, --requirepass, "${V('P')}"]`,
      /^fail: .*fills in the `\$` in the value of P/,
      { '.env': 'OTHER=1\nP=abc$def\n' },
    ],
    [
      `healthcheck: { test: 'redis-cli -a ${V('REDIS_PASSWORD')} ping | grep PONG' }`,
      /^fail: .*fills the password into a shell command of the health check/,
    ],
    [
      'healthcheck: { test: [CMD, redis-cli, -a, "$$REDIS_PASSWORD", ping] }',
      /^fail: .*no shell expands the variable of the health check/,
    ],
    [`command: [redis-server, --requirepass, "${V('P')}"]`, /^pass: /, { '.env': "P='a$def'\n" }],
    ['command: [redis-server, --requirepass, "a$$b"]', /^pass: /],
    ["environment: { REDIS_PASSWORD: 'x' }", /^pass: /],
  ])('%s', (lines, expected, files = {}) => {
    expect(verdictOn('text-kept', serviceOf(lines), files)).toMatch(expected);
  });
});

describe('The container', () => {
  test.each<[id: string, lines: string, verdict: string]>([
    ['non-root', 'user: root', 'fail'],
    ['non-root', 'user: "0:0"', 'fail'],
    ['non-root', 'command: sh -c "redis-server --save 60 1"', 'fail'],
    ['non-root', 'entrypoint: redis-server', 'fail'],
    ['non-root', 'user: "999"', 'pass'],
    ['non-root', 'command: redis-server --save 60 1', 'pass'],
    ['capabilities', 'cap_drop: [NET_RAW]', 'fail'],
    ['capabilities', 'cap_drop: [ALL]\nprivileged: true', 'fail'],
    ['capabilities', 'cap_drop: [ALL]\ncap_add: [NET_ADMIN]', 'fail'],
    ['capabilities', 'cap_drop: [all]\ncap_add: [SETUID, SETGID]', 'pass'],
    ['no-new-privileges', 'security_opt: ["no-new-privileges:false"]', 'fail'],
    ['no-new-privileges', 'security_opt: [no-new-privileges]', 'pass'],
    ['memory-limit', 'mem_limit: 0', 'fail'],
    ['memory-limit', 'deploy: { resources: { limits: { memory: 1G } } }', 'pass'],
    ['maxmemory', 'command: redis-server --maxmemory 0', 'fail'],
    ['maxmemory', 'command: ["--maxmemory 100mb", "--save", ""]', 'pass'],
    ['data-volume', 'volumes: [/data]', 'fail'],
    ['data-volume', 'volumes: ["redis:/data"]', 'pass'],
    ['persistence', 'command: redis-server --save "" --appendonly no', 'fail'],
    ['persistence', 'command: redis-server --save "" --appendonly yes', 'pass'],
    ['dangerous-commands', 'command: redis-server --rename-command FLUSHALL ""', 'fail'],
    ['read-only-root', 'read_only: false', 'fail'],
    ['read-only-root', 'extends: { file: base.yaml, service: redis }', 'cannot tell'],
  ])('%s, %s: %s', (id, lines, verdict) => {
    expect(verdictOn(id, serviceOf(lines))).toMatch(new RegExp(`^${verdict}: `));
  });

  test.each<[image: string, id: string, verdict: string]>([
    ['redis', 'exact-image', 'fail'],
    ['redis:latest', 'exact-image', 'fail'],
    ['redis:7.4-alpine', 'exact-image', 'fail'],
    ['redis:7.4.11-alpine3.21', 'exact-image', 'pass'],
    [`redis@sha256:${'0'.repeat(64)}`, 'exact-image', 'pass'],
    ['registry.example:5000/redis:7.4.11', 'exact-image', 'pass'],
    ['eqalpha/keydb:alpine_x86_64_v6.3.4', 'exact-image', 'pass'],
    [`"${V('TAG_OF_REDIS')}"`, 'exact-image', 'cannot tell'],
    ['redis:6.0.20', 'supported-engine', 'fail'],
    ['redis:7.0', 'supported-engine', 'fail'],
    ['redis:4-alpine', 'supported-engine', 'fail'],
    ['redis:7', 'supported-engine', 'pass'],
    ['redis:8.10.1', 'supported-engine', 'pass'],
    ['valkey/valkey:7.2.14', 'supported-engine', 'pass'],
    ['docker.dragonflydb.io/dragonflydb/dragonfly:v1.27.1', 'supported-engine', 'cannot tell'],
  ])('%s: %s %s', (image, id, verdict) => {
    const compose = `services:\n  redis:\n    image: ${image}\n`;
    expect(verdictOn(id, compose)).toMatch(new RegExp(`^${verdict}: `));
  });

  test.each([
    'oliver006/redis_exporter',
    'rediscommander/redis-commander:latest',
    'redis/redisinsight',
  ])('%s is no Redis', (image) => {
    expect(verdictOn('file-read', `services:\n  redis-ui:\n    image: ${image}\n`)).toBe(
      'cannot tell: no service runs Redis or Valkey',
    );
  });
});
