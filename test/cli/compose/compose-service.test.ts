/** Which service of a compose file is a server, where it writes, and as whom it runs. */

import { linesOf, serviceOf, verdictOn } from '../../support/compose-lines';

describe('Data is on a volume', () => {
  test.each([
    ['volumes: ["r:/var/lib/redis"]', /^fail: .*writes to \/data, and the volume is at \/var\/lib/],
    ['volumes: ["r:/data/redis"]', /^fail: .*writes to \/data, and the volume is at \/data\/redis/],
    ['volumes: ["r:/data"]\ncommand: redis-server --dir /tmp', /^fail: .*writes to \/tmp/],
    ['volumes: ["r:/data"]\nworking_dir: /srv', /^fail: .*writes to \/srv/],
    ['volumes: ["r:/database"]', /^fail: /],
    ['volumes: [{ type: tmpfs, target: /data }]', /^fail: .*no name/],
    ['volumes: ["r:/bitnami/redis/data"]', /^fail: .*writes to \/data/],
    ['volumes: ["r:/data"]\nimage: bitnami/redis:7.4', /^fail: .*writes to \/bitnami\/redis\/data/],
    ['volumes: ["r:/var/lib/redis"]\nimage: example/redis:1', /^cannot tell: /],
    ['volumes: ["r:/data"]\ncommand: [redis-server, --dir, "$DIR"]', /^cannot tell: /],
    ['volumes: ["r:/data/"]', /^pass: /],
    ['volumes: ["r:/data"]\ncommand: redis-server --dir ./sub', /^pass: /],
    ['volumes: ["r:/srv"]\ncommand: redis-server --dir /srv/redis', /^pass: /],
    ['volumes: ["r:/var/lib/redis"]\ncommand: redis-server --dir /var/lib/redis', /^pass: /],
    ['volumes: ["./data:/data", "./r.conf:/data/redis.conf"]', /^pass: /],
  ])('%s: %s', (lines, expected) => {
    expect(verdictOn('data-volume', serviceOf(lines))).toMatch(expected);
  });

  test('by `dir` of a mounted configuration', () => {
    const lines = 'command: redis-server /etc/r.conf\nvolumes: ["./r.conf:/etc/r.conf", "r:/data"]';
    const on = (dir: string) =>
      verdictOn('data-volume', serviceOf(lines), { 'r.conf': `dir ${dir}\n` });
    expect(on('/var/lib/redis')).toMatch(/^fail: .*writes to \/var\/lib\/redis/);
    expect(on('./')).toMatch(/^pass: /);
  });
});

describe('A container of the image that runs no server is named, not judged', () => {
  test.each([
    'command: redis-cli --cluster create a:6379 b:6379 c:6379 --cluster-yes',
    'command: redis-cli -h redis-server ping',
    'command: [redis-benchmark, -h, redis]',
    'entrypoint: [docker-entrypoint.sh]\ncommand: [redis-cli, -h, redis]',
    'command: ["sh", "-c", "until redis-cli -h redis-server ping; do sleep 1; done"]',
    'entrypoint: ["/bin/sh", "-c", "yes yes | redis-cli --cluster create a:6379"]',
    'command: sleep infinity',
  ])('%s', (lines) => {
    const found = linesOf(serviceOf(lines)).filter(({ verdict }) => verdict === 'pass');
    expect(found.map(({ id, evidence }) => [id, evidence])).toEqual([
      [
        'compose-file-read',
        expect.stringMatching(/^redis: it runs `[a-z-]+`, no server, and is no/),
      ],
    ]);
  });

  test.each([
    'command: redis-server',
    'command: --appendonly yes',
    'command: ["sh", "-c", "redis-cli --version && exec redis-server"]',
    'command: ["sh", "-c", "redis-server & redis-cli --cluster create a:1; wait"]',
    'command: ["sh", "-c", "/init.sh; redis-cli ping"]',
    'command: ["/run.sh"]',
  ])('a server is judged: %s', (lines) => {
    expect(linesOf(serviceOf(lines)).map(({ id }) => id)).toContain('compose-memory-limit');
  });

  test('a program of another image with the name of a server as its host', () => {
    const compose = 'services: { app: { image: app, command: [app, --host, redis-server] } }';
    expect(linesOf(compose).map(({ evidence }) => evidence)).toEqual([
      expect.stringMatching(/no service runs Redis/),
    ]);
  });
});

describe('The server does not run as root', () => {
  test.each([
    ['entrypoint: [docker-entrypoint.sh]\ncommand: redis-server --save 60 1', 'pass'],
    [
      'entrypoint: [tini, --, /usr/local/bin/docker-entrypoint.sh]\ncommand: [redis-server]',
      'pass',
    ],
    ['command: ["sh", "-c", "exec docker-entrypoint.sh redis-server"]', 'pass'],
    ['entrypoint: [gosu, redis, redis-server]', 'pass'],
    ['entrypoint: [gosu, root, redis-server]', 'fail'],
    ['entrypoint: [tini, --, redis-server]', 'fail'],
    ['entrypoint: [docker-entrypoint.sh]\ncommand: sh -c "redis-server"', 'fail'],
  ])('%s: %s', (lines, verdict) => {
    expect(verdictOn('non-root', serviceOf(lines))).toMatch(new RegExp(`^${verdict}: `));
  });
});
