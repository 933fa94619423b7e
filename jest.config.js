/** How the tests run: no type check, CDK's validation only where a test turns it on. */

process.env.CDK_VALIDATION ??= 'false';
// Node.js would read these certificates at each start of a process; no test trusts them.
delete process.env.NODE_EXTRA_CA_CERTS;
// CDK would record the source line of each resource, a sixth of the CPU time of test/lib, and copy
// the function and the handlers of its custom resources into each cloud assembly.
const CONTEXT = {
  'aws:cdk:disable-creation-stack-traces': true,
  'aws:cdk:disable-asset-staging': true,
};
process.env.CDK_CONTEXT_JSON ??= JSON.stringify(CONTEXT);

module.exports = {
  // Packages are loaded once per worker, not per file.
  testEnvironment: '<rootDir>/test/jest/environment.cjs',
  runtime: '<rootDir>/test/jest/runtime.cjs',
  // Some tests wait for servers or for a process of their own: another file can run meanwhile.
  maxWorkers: '100%',
  // The tables of the planners fill a worker's memory, and the next file would crawl.
  workerIdleMemoryLimit: '512MB',
  // On a busy machine, the end of a process of 700 MB takes longer than the default, half a second,
  // and jest would say that a worker failed to exit.
  workerGracefulExitTimeout: 10_000,
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  // Real servers on a busy machine: a test that hangs must end, one that is slow need not fail.
  testTimeout: 30_000,
  transform: {
    '^.+\\.ts$': ['@swc/jest', { jsc: { target: 'es2022', parser: { syntax: 'typescript' } } }],
  },
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
  setupFilesAfterEnv: ['<rootDir>/test/support/note-leaks.ts'],
};
