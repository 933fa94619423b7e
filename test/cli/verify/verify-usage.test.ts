/**
 * `npx secure-redis verify` as a command: where the url comes from, what is refused, what another
 * host has seen, and a server of `develop`.
 */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../../cli/server/free-port';
import { findServers } from '../../../cli/server/redis-binary';
import { notePassword } from '../../support/leaks';
import { endOwnServers, startOwnServer, startSentinel } from '../../support/own-server';
import { develop, endServers, newProject, runIn, variablesIn } from '../../support/run-develop';
import { verify } from '../../support/run-verify';
import { temporaryFolder } from '../../support/temporary-folder';

const STRONG = 'A-strong-password-of-a-test-0123456789';
notePassword(STRONG);

afterAll(async () => {
  await endOwnServers();
  await endServers();
}, 60_000);

const folder = temporaryFolder('verify');

describe('A server of develop', () => {
  test.each([[[]], [['--tls']]])(
    '%j passes all that can be told',
    async (flags) => {
      const project = newProject();
      await develop(project, '--port', String(await freePort()), ...flags);
      const { REDIS_URL = '', REDIS_CA_FILE: ca } = variablesIn(project);
      const { exitCode, failing, untold, lines } = await verify(REDIS_URL, {
        purpose: 'cache',
        ca,
      });
      expect([exitCode, failing]).toEqual([0, []]);
      // Its login may run neither ACL LOG nor ACL DRYRUN; before 7.2 no counter tells of logins.
      const isTold = lines.find(({ id }) => id === 'failed-logins-logged')?.verdict === 'pass';
      expect(untold).toEqual([
        ...(isTold ? [] : ['failed-logins-logged']),
        'process-commands-refused',
      ]);
    },
    30_000,
  );
});

describe('A compose file', () => {
  test('is judged by itself', async () => {
    const file = join(folder, 'compose.yaml');
    writeFileSync(
      file,
      'services:\n  redis:\n    image: redis:7-alpine\n    ports: ["6379:6379"]\n',
    );
    const { code, out, err } = await runIn(folder, ['verify', '--compose', file, '--json']);
    expect([code, err]).toEqual([1, '']);
    const lines: readonly { readonly id: string; readonly verdict: string }[] =
      JSON.parse(out).lines;
    const verdictOf = (id: string) => lines.find((line) => line.id === id)?.verdict;
    expect(verdictOf('compose-port-loopback')).toBe('fail');
    expect(verdictOf('compose-password-required')).toBe('fail');
  }, 30_000);
});

describe('A compose file that cannot be read', () => {
  const claim = 'the compose file can be read, with its Redis services';

  test.each<[string, string | undefined, string, number]>([
    ['broken.yaml', 'services:\n  redis: {"a: b}\n', 'Missing closing "quote', 3],
    ['tab.yaml', 'services:\n\tredis: {}\n', 'Tabs are not allowed as indentation', 2],
    ['missing.yaml', undefined, 'it cannot be read: ENOENT', 1],
  ])('%s is a report with a finding, and can be accepted', async (name, text, reason, line) => {
    const file = join(folder, name);
    if (text !== undefined) writeFileSync(file, text);
    const { code, out, err } = await runIn(folder, ['verify', '--compose', name, '--json']);
    expect([code, err]).toEqual([1, '']);
    expect(JSON.parse(out).lines).toEqual([
      {
        id: 'compose-file-read',
        claim,
        verdict: 'fail',
        evidence: expect.stringContaining(`${name}: ${reason}`),
        fix: 'repair the file',
        place: { file: expect.stringContaining(name), line },
      },
    ]);
    const entry = { id: 'compose-file-read', reason: 'of another team', until: '9999-12-31' };
    writeFileSync(join(folder, 'accepted.json'), JSON.stringify([entry]));
    const args = ['verify', '--compose', name, '--accepted', 'accepted.json', '--json'];
    const accepted = await runIn(folder, args);
    expect([accepted.code, JSON.parse(accepted.out).notes]).toEqual([0, []]);
  });

  test('an entry for it is known, though unused, for a file that can be read', async () => {
    writeFileSync(join(folder, 'good.yaml'), 'services:\n  redis:\n    image: redis:7-alpine\n');
    const entry = { id: 'compose-file-read', reason: 'of another team', until: '9999-12-31' };
    writeFileSync(join(folder, 'accepted.json'), JSON.stringify([entry]));
    const args = ['verify', '--compose', 'good.yaml', '--accepted', 'accepted.json', '--json'];
    const { out } = await runIn(folder, args);
    expect(JSON.parse(out).notes).toEqual([
      'accepted.json: 1, compose-file-read, is unused: this run has no such line.',
    ]);
  });
});

describe('Usage', () => {
  const run = (...args: readonly string[]) => runIn(folder, ['verify', ...args]);

  test('a url by argument is named as visible, one by variable is not', async () => {
    const [program = ''] = findServers().map(({ path }) => path);
    const { port } = await startOwnServer(program, ['port PORT', `requirepass ${STRONG}`]);
    const url = `redis://:${STRONG}@localhost:${port}`;
    const byArgument = await run(url);
    expect(byArgument.err).toMatch(/^the password is in an argument, which every user of this mac/);
    const beganMs = performance.now();
    const byVariable = await runIn(folder, ['verify'], { env: { REDIS_URL: url } });
    expect(performance.now() - beganMs).toBeLessThan(20_000);
    expect([byVariable.code, byVariable.err]).toEqual([1, '']);
    expect(byVariable.out).toMatch(/^localhost:\d+\n\nfail /);
  }, 60_000);

  test('what is no server, no url or no file is refused in one line', async () => {
    const port = await freePort();
    const refused: readonly (readonly [readonly string[], RegExp])[] = [
      [
        [`redis://localhost:${port}`],
        /^localhost:\d+ must be a Redis server that can be reached, got: connection refused \(EC/,
      ],
      [[], /^verify must get a url, got none, and REDIS_URL is not set\. /],
      [['rediss://h', '--ca', 'none.pem'], /^the file of the authority must be one that can be re/],
      [['redis://h', '--from', 'none.json'], /^--from must be a file that can be read, got ENOENT/],
      [['redis://h', '--reachable', 'h:1'], /^verify must get one of a url, .* got a url and --re/],
      [
        ['--compose', 'c.yaml', '--purpose', 'cache'],
        /^--compose must be without --from, --purpose/,
      ],
      [
        ['redis://h', '--compose', 'c'],
        /^verify must get one of a url, --secret.* got a url and --c/,
      ],
      [['redis://h', '--user', 'app'], /^--user must be beside --stack, got it without/],
      [['--reachable', 'h'], /^--reachable must be HOST:PORT, such as/],
      [['redis://h', '--frm', 'x'], /^error: unknown option '--frm'\n\(Did you mean --from\?\)/],
    ];
    for (const [args, expected] of refused) {
      const { code, out, err } = await run(...args);
      expect([code, out]).toEqual([2, '']);
      expect(err).toMatch(expected);
    }
  }, 60_000);

  test('a Sentinel is told, whose settings say nothing about its servers', async () => {
    const [program = ''] = findServers().map(({ path }) => path);
    const { port } = await startSentinel(program);
    const { code, out, err } = await run(`redis://127.0.0.1:${port}`);
    expect([code, out]).toEqual([2, '']);
    expect(err).toBe(
      `127.0.0.1:${port} must be a Redis server, got a Sentinel. Pass the url of a server that ` +
        'it watches.\n',
    );
  }, 60_000);

  test('the result of another host decides whether it reaches the port', async () => {
    const [program = ''] = findServers().map(({ path }) => path);
    const { port } = await startOwnServer(program, ['port PORT', `requirepass ${STRONG}`]);
    const open = await run('--reachable', `127.0.0.1:${port}`, '--json');
    expect(JSON.parse(open.out)).toMatchObject({ isOpen: true, target: `127.0.0.1:${port}` });
    const from = join(folder, 'from.json');
    const url = `redis://:${STRONG}@localhost:${port}`;
    const verdictWith = async (finding: object) => {
      writeFileSync(from, JSON.stringify({ ...JSON.parse(open.out), ...finding }));
      const { lines } = await verify(url, { from });
      return lines.find(({ id }) => id === 'other-host')?.verdict;
    };
    expect(await verdictWith({})).toBe('fail');
    expect(await verdictWith({ isOpen: false, seen: 'no answer in time' })).toBe('pass');
    const wrong: readonly (readonly [object, RegExp])[] = [
      [{ target: '127.0.0.1:1' }, /must be about port \d+, got port 1\./],
      [{ at: '2020-01-01T00:00:00Z' }, /must be at most 7 days old/],
      [{ isOpen: 'no' }, /must be what --reachable prints with --json/],
    ];
    for (const [finding, expected] of wrong) {
      await expect(verdictWith(finding)).rejects.toThrow(expected);
    }
  }, 60_000);
});
