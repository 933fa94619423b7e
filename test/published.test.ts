/**
 * The package can be published: its documents link only to packed files, it runs no install script,
 * and each held or ranged version is explained.
 */

import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import manifest from '../package.json';
import { CLIENTS, CONSTRUCTS } from '../scripts/consumers/both-ends';
import { built } from './support/built';
import { temporaryFolder } from './support/temporary-folder';

const ROOT = join(__dirname, '..');
const FOLDER = temporaryFolder('published');
const PACKAGE = join(FOLDER, 'package');
const ELSEWHERE =
  'Files in `code` font are in the ' +
  '[repository](https://github.com/cdk-secure-redis/cdk-secure-redis), not in the package.';
const OF_REPOSITORY =
  /`((?:bench|bin|cli|client|contract|examples|lambda|lib|rehearsal|scripts|test)\/[^\s`<]*)`/g;

let files: readonly string[] = [];

beforeAll(() => {
  // Built here where it is not fresh: a pack that builds would pull it from under other tests.
  for (const part of ['constructs', 'cli', 'client'] as const) built(part);
  const args = ['pack', '--ignore-scripts', '--silent', '--pack-destination', FOLDER];
  const name = execFileSync('npm', args, { cwd: ROOT, encoding: 'utf8' }).trim();
  execFileSync('tar', ['-xzf', join(FOLDER, name), '-C', FOLDER]);
  files = readdirSync(PACKAGE, { recursive: true }).map(String);
}, 60_000);

const read = (path: string) => readFileSync(join(PACKAGE, path), 'utf8');
const documents = () => files.filter((path) => path.endsWith('.md'));

describe('The documents in the tarball', () => {
  test('link to files in it, or to the web', () => {
    const links = documents()
      .flatMap((path) =>
        Array.from(read(path).matchAll(/\]\(([^)\s#]+)[^)]*\)|^\[[^\]]+\]: (\S+)$/gm), (found) => ({
          path,
          link: found[1] ?? found[2] ?? '',
        })),
      )
      .filter(({ link }) => !/^(https:\/\/|#)/.test(link));
    expect(links.length).toBeGreaterThan(10);
    const broken = links.filter(({ path, link }) => {
      return !existsSync(join(PACKAGE, dirname(path), link));
    });
    expect(broken).toStrictEqual([]);
  });

  test('say where the files are that they name and the package lacks', () => {
    const naming = documents().filter((path) =>
      Array.from(read(path).matchAll(OF_REPOSITORY), ([, name = '']) => name).some(
        (name) => !existsSync(join(PACKAGE, name)),
      ),
    );
    expect(naming.length).toBeGreaterThan(3);
    const silent = naming.filter((path) => !read(path).replaceAll(/\s+/g, ' ').includes(ELSEWHERE));
    expect(silent).toStrictEqual([]);
  });

  test('and the types name no document that others cannot read', () => {
    const text = files.filter(
      (path) =>
        /\.(md|d\.ts|js|cjs|mjs)$/.test(path) && !/^dist\/[\w-]+\.cjs|index\.mjs/.test(path),
    );
    expect(text.length).toBeGreaterThan(100);
    const naming = text.filter((path) =>
      /\bmissions?\b|\bissue[- ]\d|architecture\.md/i.test(read(path)),
    );
    expect(naming).toStrictEqual([]);
    const docs = new Set(
      text.flatMap((path) =>
        Array.from(read(path).matchAll(/(?<![\w/])docs\/[\w-]+\.md\b/g), ([doc]) => doc),
      ),
    );
    expect([...docs].filter((doc) => !existsSync(join(PACKAGE, doc)))).toStrictEqual([]);
  });
});

describe('The command line', () => {
  test('loads the clients of AWS only for a command that asks AWS', () => {
    const sdk = 'x-amz-user-agent';
    const has = ['cli', 'aws-sdk', 'preflight-sdk'].map((name) =>
      read(`dist/${name}.cjs`).includes(sdk),
    );
    expect(has).toStrictEqual([false, true, true]);
  });
});

describe('package.json', () => {
  test('runs nothing when the package is installed, and is not private', () => {
    const { scripts, ...published } = JSON.parse(read('package.json'));
    const install = ['preinstall', 'install', 'postinstall', 'prepublish'];
    expect(install.filter((name) => name in scripts)).toStrictEqual([]);
    expect(files.filter((path) => path.endsWith('.gyp'))).toStrictEqual([]);
    expect(published).not.toHaveProperty('private');
    expect(published.publishConfig).toEqual({ access: 'public', provenance: true });
  });

  test('has exact versions', () => {
    const { dependencies, devDependencies } = manifest;
    const versions = Object.values({ ...dependencies, ...devDependencies });
    expect(versions.filter((each) => !/^(npm:[\w@/-]+@)?\d+\.\d+\.\d+$/.test(each))).toEqual([]);
  });

  test('has a row in CONTRIBUTING.md for each override, alias, held version and script', () => {
    const text = readFileSync(join(ROOT, 'CONTRIBUTING.md'), 'utf8');
    const [, chapter = ''] = text.split('\n## Versions\n');
    const [table = ''] = chapter.split('\n## ');
    const rows = Array.from(
      table.matchAll(/^\| `(.+?)` \| (.+?) \| .{20,} \|$/gm),
      ([, ...row]) => row,
    );
    const {
      overrides = {},
      allowScripts,
      devDependencies,
    } = manifest as typeof manifest & {
      readonly overrides?: object;
    };
    const held = ['@types/node', 'commander'];
    const own = Object.entries(devDependencies).filter(
      ([name, version]) => held.includes(name) || version.startsWith('npm:'),
    );
    const prefixed = (prefix: string, of: object) =>
      Object.entries(of).map(([name, value]) => [`${prefix}.${name}`, String(value)]);
    const expected = [
      ...own,
      ...prefixed('overrides', overrides),
      ...prefixed('allowScripts', allowScripts),
    ];
    expect(rows.sort()).toEqual(expected.sort());
  });
});

describe('The peer ranges', () => {
  const page = readFileSync(join(ROOT, 'docs/constructs.md'), 'utf8');
  const tried: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
    Object.keys(manifest.peerDependencies).map((name) => [
      name,
      [...CONSTRUCTS, ...CLIENTS].flatMap((peers) => (peers as Record<string, string>)[name] ?? []),
    ]),
  );

  test.each(Object.entries(manifest.peerDependencies))(
    'of %s begin with a version that the consumers try, and docs/constructs.md says so',
    (name, range) => {
      const majors = range.split(' || ');
      for (const major of majors) expect(tried[name]).toContain(major.replace('^', ''));
      const row = page.split('\n').find((line) => line.startsWith(`| \`${name}\``));
      expect(row).toContain(`| ${majors.join(' or ')} | ${tried[name]?.join(', ')} |`);
    },
  );

  test('end with the version that the repository is tested with', () => {
    const { devDependencies: installed } = manifest;
    for (const name of [
      'aws-cdk-lib',
      'constructs',
      '@smithy/signature-v4',
      'ioredis',
      'redis',
    ] as const) {
      expect(tried[name]?.at(-1)).toBe(installed[name]);
    }
  });
});

test('a local release is refused: provenance comes from a CI job', () => {
  const { CI: _, ACTIONS_ID_TOKEN_REQUEST_URL, SIGSTORE_ID_TOKEN, ...env } = process.env;
  const { status, stderr } = spawnSync(join(ROOT, '.ci/release'), ['now'], {
    env,
    encoding: 'utf8',
  });
  expect(status).toBe(1);
  expect(stderr).toBe('release: the argument must be --dry-run or none, got now. Leave it out.\n');
});
