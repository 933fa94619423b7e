/**
 * Wrong usage and an unreachable AWS are reported in one line, and the process ends after its
 * output.
 */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { localForAll } from '../support/local-for-all';
import { type Ran, runCli } from '../support/run-cli';
import { temporaryFolder } from '../support/temporary-folder';

const local = localForAll();

const run = (args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ran> =>
  runCli(local().deployment.plane, args, env);

describe('Wrong usage and an unreachable AWS are reported in one line', () => {
  const cases: readonly (readonly [string, readonly string[], NodeJS.ProcessEnv, RegExp])[] = [
    [
      'no such cache',
      ['status', '--cache', 'nope'],
      {},
      /^--cache must be .*, got 'nope': no stack pub/,
    ],
    [
      'no name of a cache',
      ['status', '--cache', '../x'],
      {},
      /^--cache must be the name of a stack.*, got '..\/x'\. /,
    ],
    ['no cache', ['status'], {}, /required option '--cache <name>' not specified/],
    [
      'no command',
      ['frobnicate'],
      {},
      /^error: unknown command 'frobnicate'\ncommands: status, rotate, revoke, recover, url, env/,
    ],
    [
      'a typing error',
      ['statsu'],
      {},
      /^error: unknown command 'statsu'\n\(Did you mean status\?\)/,
    ],
    [
      'a longer name of a command',
      ['rotate-password'],
      {},
      /^error: unknown command 'rotate-password'\n\(Did you mean rotate\?\)\ncommands: /,
    ],
    [
      'help on a typing error',
      ['help', 'lst'],
      {},
      /^error: unknown command 'lst'\n\(Did you mean list\?\)/,
    ],
    [
      'help of no command',
      ['frobnicate', '--help'],
      {},
      /^error: unknown command 'frobnicate'\ncommands: status, /,
    ],
    ['short help of a typing error', ['rotat', '-h'], {}, /\(Did you mean rotate\?\)/],
    [
      'a typing error in an option, even of one that is needed',
      ['status', '--cahce', 'x'],
      {},
      /^error: unknown option '--cahce'\n\(Did you mean --cache\?\)\nusage: npx /,
    ],
    [
      'a longer name of an option',
      ['rotate', '--cache-name', 'x'],
      {},
      /^error: unknown option '--cache-name'\n\(Did you mean --cache\?\)/,
    ],
    ['no shell', ['completion', 'fish'], {}, /Allowed choices are bash, zsh\.\n/],
    ['no option', ['--frob'], {}, /^error: unknown option '--frob'\ncommands: status, rotate, /],
    [
      'no time',
      ['rotate', '--cache', 'x', '--poll', '0'],
      {},
      /It must be more than 0 and at most/,
    ],
    [
      'no network',
      ['status', '--cache', 'test'],
      { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' },
      /^GetParametersByPath failed: ECONNREFUSED, request id none; AWS cannot be reached/,
    ],
    [
      'other credentials',
      ['status', '--cache', 'test'],
      { AWS_ACCESS_KEY_ID: 'ANOTHER' },
      /^GetParametersByPath failed: UnrecognizedClientException, request id rehearsal-\d+; the /,
    ],
    ...['', ' ', 'a b/../', '-', 'mars', 'eu-central', 'EU-central-1'].map(
      (name) =>
        [
          `the region '${name}'`,
          ['status', '--cache', 'test', '--region', name],
          {},
          /^error: option '--region <name>' argument '.*' is invalid. It must be the name of a reg/,
        ] as const,
    ),
    [
      'no profile',
      ['status', '--cache', 'x', '--profile', ''],
      {},
      /It must be the name of a prof/,
    ],
    ['no region', ['status', '--cache', 'test'], { AWS_REGION: undefined }, /NoRegion, .*--region/],
  ];

  test('with exit code 2, no stack trace, and nothing on stdout', async () => {
    const ran = await Promise.all(cases.map(([, args, env]) => run(args, env)));
    const seen = cases.map(([name, , , pattern], index) => {
      const { code, out, err = '' } = ran[index] ?? { code: null, out: '', err: '' };
      return { name, code, out, isSaid: pattern.test(err) || err, isTrace: /\n +at /.test(err) };
    });
    expect(seen).toStrictEqual(
      cases.map(([name]) => ({ name, code: 2, out: '', isSaid: true, isTrace: false })),
    );
  }, 40_000);
});

describe('The command line ends after its output', () => {
  const lingering = () => {
    const stub = join(temporaryFolder('lingering'), 'stub.cjs');
    // Like a credential_process that hangs.
    writeFileSync(stub, 'setInterval(() => undefined, 600_000);\n');
    return { NODE_OPTIONS: `--require ${stub}` };
  };
  test.each<[string, readonly string[], number]>([
    ['an answer', ['url', '--cache', 'test'], 0],
    ['an error', ['url', '--cache', 'nope'], 2],
    ['a misuse', ['url'], 2],
    ['help', ['--help'], 0],
  ])('whatever is still open: %s', async (_, args, expected) => {
    const { code, out, err } = await run(args, lingering());
    expect(code).toBe(expected);
    expect(`${out}${err}`).toMatch(/\n$/);
  });
});
