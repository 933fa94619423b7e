/** Health checks of compose files, by what their text means to a shell. */

import { serviceOf, verdictOn } from '../../support/compose-lines';

const REQUIRED = 'command: redis-server --requirepass x\nenvironment: { REDISCLI_AUTH: x }\n';
const shell = (text: string) =>
  serviceOf(`${REQUIRED}healthcheck: { test: [CMD-SHELL, ${JSON.stringify(text)}] }`);

describe('A check passes only if its exit status is not 0 while the server refuses', () => {
  test.each([
    'redis-cli ping | grep PONG || true',
    'redis-cli ping | grep -v PONG',
    'redis-cli ping | grep -q NOAUTH',
    'redis-cli ping | grep -v NOAUTH',
    '! redis-cli ping | grep -q PONG',
    'redis-cli ping | grep PONG; true',
    'redis-cli ping | grep PONG; exit 0',
    'redis-cli ping | grep PONG | cat',
    'redis-cli -e ping | cat',
    'redis-cli -e ping || exit 0',
    'redis-cli ping && echo ok',
    'test -n "$$(redis-cli ping)"',
    '[ "$$(redis-cli ping)" != PONG ]',
    'if redis-cli ping; then exit 0; else exit 1; fi',
    'sh -c "redis-cli ping | grep PONG || :"',
    '(redis-cli ping | grep PONG) || echo down',
    'answer=$$(redis-cli ping); [ -n "$$answer" ]',
    'set -e; redis-cli ping | grep PONG || true; echo ok',
    'timeout 3 redis-cli ping',
  ])('fail: %s', (text) => {
    expect(verdictOn('health-check', shell(text))).toMatch(/^fail: redis: it passes while the /);
  });

  test.each([
    'redis-cli ping | grep PONG',
    'redis-cli ping | grep -q PONG || exit 1',
    'redis-cli ping 2>&1 | grep -qx PONG',
    'redis-cli ping | tr -d "\\r" | grep -c "^PONG$$"',
    'test "$$(redis-cli ping)" = PONG',
    "[ $$(redis-cli ping) = 'PONG' ] || exit 1",
    '[[ "$$(redis-cli ping)" == *PONG* ]]',
    'redis-cli -e ping',
    'redis-cli -e ping && redis-cli -e info',
    'redis-cli info replication | grep role:master && exit 0 || exit 1',
    'if [ "$$(redis-cli ping)" = "PONG" ]; then exit 0; else exit 1; fi',
    'if ! redis-cli ping | grep -q PONG; then exit 1; fi',
    '! redis-cli ping | grep -vq PONG',
    'set -e; redis-cli ping | grep PONG; echo ok',
    'set -eo pipefail; redis-cli ping | grep PONG | cat',
    'out=`redis-cli ping`; test "$$out" = PONG',
    'timeout 3 redis-cli ping | grep PONG',
    'redis-cli ping | grep PONG > /dev/null || { echo down; exit 1; }',
    'printf "AUTH x\\r\\nPING\\r\\n" | nc localhost 6379 | grep -q PONG',
  ])('pass: %s', (text) => {
    expect(verdictOn('health-check', shell(text))).toMatch(/^pass: /);
  });

  test.each([
    'redis-cli ping | awk "/PONG/"',
    'for i in 1 2; do redis-cli ping | grep PONG && exit 0; done; exit 1',
    'redis-cli ping | grep "\\(a*\\)*PONG"',
    'redis-cli ping | my-judge',
    'redis-cli ping | grep "PONG',
    `${'$$('.repeat(60)}redis-cli ping${')'.repeat(60)}`,
    `${'{ '.repeat(9_000)}redis-cli ping`,
    `${'! '.repeat(9_000)}redis-cli ping`,
  ])('cannot tell: %.60s', (text) => {
    expect(verdictOn('health-check', shell(text))).toMatch(/^cannot tell: /);
  });
});

describe('A check that sends AUTH logs in, with an argument that `ps` shows', () => {
  const lines = (words: string) =>
    serviceOf(`command: redis-server --requirepass x\nhealthcheck: { test: ${words} }`);
  test.each([
    `'redis-cli auth "$$(cat /run/secrets/p)" | grep OK'`,
    `'redis-cli AUTH default x | grep -q OK'`,
    '[CMD, sh, -c, "redis-cli Auth x | grep OK"]',
  ])('%s', (words) => {
    expect(verdictOn('health-check', lines(words))).toMatch(/^pass: /);
    expect(verdictOn('password-not-in-health-check', lines(words))).toMatch(/^fail: /);
  });
});

describe('What a check sends decides whether it writes', () => {
  test.each([
    [`[CMD, redis-cli, eval, "redis.call('set', 'a', 1)", "0"]`, /^fail: .*runs EVAL/],
    ['[CMD-SHELL, "test $$(redis-cli incr x) -gt 0"]', /^fail: .*runs INCR/],
    ['[CMD-SHELL, "c=redis-cli; $$c LPUSH a 1 | grep 1"]', /^fail: .*runs LPUSH/],
    ['[CMD-SHELL, "echo set a 1 | redis-cli | grep OK"]', /^fail: .*runs SET/],
    ['[CMD, redis-cli, config, set, save, ""]', /^fail: .*runs CONFIG/],
    ['[CMD, /health.sh]', /^cannot tell: .*program is not known/],
    ['[CMD, sh, /health.sh]', /^cannot tell: .*program is not known/],
    ['[CMD, redis-cli, fcall, check, "0"]', /^cannot tell: .*FCALL/],
    ['[CMD, redis-cli, module.do, x]', /^cannot tell: .*MODULE.DO/],
    [`[CMD, redis-cli, eval, "return redis.call('ping')", "0"]`, /^pass: /],
    ['[CMD, redis-cli, config, get, save]', /^pass: /],
    ['[CMD-SHELL, "redis-cli info | grep role:master"]', /^pass: /],
    ['[CMD-SHELL, "redis-cli ping | awk /PONG/"]', /^pass: /],
    ['[CMD-SHELL, "nc -z localhost 6379"]', /^pass: /],
  ])('%s', (words, expected) => {
    const compose = serviceOf(`healthcheck: { test: ${words} }`);
    expect(verdictOn('health-check-reads-only', compose)).toMatch(expected);
  });
});
