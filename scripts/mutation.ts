/**
 * `npm run mutation -- PART [FILE…]`: changes the code of a part, or of the files given, in one
 * place after the other with Stryker, and runs the tests of the part that cover the place. A change
 * that no test notices is printed. A file may end in lines: `lib/rules/secrets.ts:20-40`.
 *
 * It takes minutes to hours and is no part of CI; `docs/quality.md` has what was seen. Stryker is
 * no dependency: the first run installs it from the npm registry under node_modules/.cache.
 */

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { constants, setPriority, tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(__dirname, '..');
/** The last version that runs on Node.js 20. */
const STRYKER = '9.6.1';
const CACHE = join(ROOT, 'node_modules/.cache/mutation');
const MODULES = join(CACHE, 'node_modules/@stryker-mutator');
/** Milliseconds that a run may take longer than without a mutant. */
const TIMEOUT_MS = 60_000;

interface Part {
  /** Files or patterns, without those of other parts. */
  readonly mutate: readonly string[];
  /** Tests that cover them and need no server. Stryker finds which of them cover a mutant. */
  readonly tests: readonly string[];
}

const PLANNERS = [
  'token-plan',
  'planner-parts',
  'user-plan',
  'user-check-plan',
  'daily-check-plan',
  'logins',
].map((name) => `lambda/rotation/${name}.ts`);

const PARTS: Readonly<Record<string, Part>> = {
  planners: {
    mutate: PLANNERS,
    tests: ['lambda/*-table'],
  },
  contract: {
    mutate: ['contract/*.ts'],
    tests: ['contract/*'],
  },
  rotation: {
    mutate: [
      'lambda/rotation/*.ts',
      '!lambda/rotation/aws-*',
      ...PLANNERS.map((file) => `!${file}`),
    ],
    tests: [
      'lambda/*-table',
      'lambda/access-*',
      'lambda/check-users*',
      'lambda/daily-check-*',
      'lambda/login-*',
      'lambda/slow-changes',
      'lambda/token-effects',
      'lambda/user-check',
      'lambda/*handler*',
    ],
  },
  // Apart: their tests wait for timeouts, for each mutant that changes a constant.
  aws: {
    mutate: ['lambda/rotation/aws-*.ts'],
    tests: ['lambda/attached', 'lambda/aws-*'],
  },
  settings: {
    mutate: ['lib/settings/**/*.ts'],
    tests: [
      'lib/*kinds*',
      'lib/*refusals',
      'lib/elasticache-table',
      'lib/engine-settings',
      'lib/given-resources',
      'lib/places',
      'lib/props',
      'lib/rotation-schedule',
      'lib/setting-values',
      'lib/stage-config',
      'lib/topology',
      'lib/windows',
    ],
  },
  rules: {
    mutate: ['lib/rules/*.ts'],
    tests: ['lib/rules/*', 'lib/rendered-rules'],
  },
};

function install(): void {
  if (existsSync(join(MODULES, 'core'))) return;
  mkdirSync(CACHE, { recursive: true });
  writeFileSync(join(CACHE, 'package.json'), '{ "private": true }\n');
  const packages = ['core', 'jest-runner'].map((name) => `@stryker-mutator/${name}@${STRYKER}`);
  const args = ['install', '--no-audit', '--no-fund', '--ignore-scripts', ...packages];
  const { status } = spawnSync('npm', args, { cwd: CACHE, stdio: 'inherit' });
  if (status !== 0) throw new Error(`npm must install Stryker ${STRYKER}, got exit code ${status}`);
}

/** @returns the exit code of Stryker. */
function run(name: string, { mutate, tests }: Part): number {
  const folder = mkdtempSync(join(tmpdir(), 'mutation-'));
  try {
    const config = join(folder, 'stryker.json');
    writeFileSync(config, JSON.stringify(configOf(name, mutate, tests, folder)));
    const bin = join(MODULES, 'core/bin/stryker.js');
    const env = { ...process.env, TEST_RUN_FOLDER: folder, CDK_VALIDATION: 'false' };
    const options = { cwd: ROOT, stdio: 'inherit', env } as const;
    return spawnSync(process.execPath, [bin, 'run', config], options).status ?? 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function configOf(
  name: string,
  mutate: readonly string[],
  tests: readonly string[],
  folder: string,
): object {
  return {
    mutate,
    testRunner: 'jest',
    plugins: [join(MODULES, 'jest-runner/dist/src/index.js')],
    coverageAnalysis: 'perTest',
    concurrency: 1,
    timeoutMS: TIMEOUT_MS,
    // Stryker would look for the compiler's JavaScript API, which tsc 7 lacks.
    tsconfigFile: 'none.json',
    tempDirName: join(folder, 'sandbox'),
    ignorePatterns: ['cdk.out', 'client/dist'],
    reporters: ['progress-append-only', 'clear-text', 'json'],
    clearTextReporter: { reportTests: false, allowColor: false },
    jsonReporter: { fileName: join(CACHE, `${name}.json`) },
    jest: {
      configFile: 'jest.config.js',
      enableFindRelatedTests: false,
      config: {
        testMatch: tests.map((test) => `**/test/${test}.test.ts`),
        // They build the package and look for a server, for each mutant.
        globalSetup: null,
        globalTeardown: null,
        setupFilesAfterEnv: [],
        // Stryker extends the environment, and resolves no other path to it.
        testEnvironment: './test/jest/fail-fast.cjs',
        runner: '<rootDir>/test/jest/covering-files.cjs',
      },
    },
  };
}

function main([name, ...files]: readonly string[]): number {
  const part = name === undefined ? undefined : PARTS[name];
  if (name === undefined || part === undefined) {
    const got = name === undefined ? 'none' : JSON.stringify(name);
    console.error(`the part must be one of ${Object.keys(PARTS).join(', ')}, got ${got}.`);
    return 2;
  }
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  install();
  return run(name, files.length === 0 ? part : { ...part, mutate: files });
}

process.exitCode = main(process.argv.slice(2));
