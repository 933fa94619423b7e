/**
 * Where test files run: in the worker's own realm, so that files can share packages.
 *
 * No file may see what another left: after each, the global object, the process and the
 * environment variables are as before, and a file that left a package changed fails.
 */

const { setFlagsFromString } = require('node:v8');
const { ModernFakeTimers } = require('@jest/fake-timers');
const { ModuleMocker } = require('jest-mock');
const { restoreGlobals } = require('./globals.cjs');
const { changedPackages } = require('./packages.cjs');

/** Jest asks for a context, and ends a file where it gets none. */
const THIS_CONTEXT = {};

/** CDK's validation is a WebAssembly module: to optimize it takes longer than the tests save. */
setFlagsFromString('--liftoff-only');

/** The CDK calls this global function with each `App`. */
const APP_CREATED = Symbol.for('@aws-cdk/core.App#initHook');

/** As bin/lean-app.ts: `tree.json`, which no test reads, takes a twelfth of the CPU of a synth. */
function leaveOutTree(app) {
  app._treeMetadata = false;
}

class SharedRealm {
  fakeTimers = null;

  constructor({ projectConfig }) {
    this.global = globalThis;
    this.context = THIS_CONTEXT;
    this.moduleMocker = new ModuleMocker(globalThis);
    this.fakeTimersModern = new ModernFakeTimers({ config: projectConfig, global: globalThis });
  }

  async setup() {
    globalThis[APP_CREATED] = leaveOutTree;
  }

  async teardown() {
    this.fakeTimersModern?.dispose();
    this.fakeTimersModern = null;
    this.context = null;
    this.global = null;
    removeSynthesized();
    restoreGlobals();
    const changed = changedPackages();
    if (changed.length > 0) {
      throw new Error(`a test file must leave packages as they were, got ${changed.join(', ')}`);
    }
  }

  exportConditions() {
    return ['node', 'node-addons'];
  }

  getVmContext() {
    return this.context;
  }
}

/** As `aws-cdk-lib/testhelpers/jest-autoclean` does, which would load the CDK for every file. */
function removeSynthesized() {
  const cdk = require.cache[require.resolve('aws-cdk-lib/cx-api')];
  cdk?.exports.CloudAssembly.cleanupTemporaryDirectories();
}

module.exports = SharedRealm;
