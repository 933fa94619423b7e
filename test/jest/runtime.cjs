/**
 * Jest's runtime, except that packages of node_modules are loaded once per worker, not per file.
 *
 * A test file still has its own copy of every module of this project, and may not leave anything
 * behind: see environment.cjs. To load and warm up the CDK takes longer than most of its tests.
 */

const { compileFunction } = require('node:vm');
const { default: JestRuntime } = require('jest-runtime');
const { isPackage, loadPackage } = require('./packages.cjs');

class Runtime extends JestRuntime {
  constructor(config, environment, ...others) {
    super(config, environment, ...others);
    const executor = this.executor;
    if (typeof executor?.compile !== 'function' || !executor.injectedModuleParameters) {
      throw new Error('jest-runtime must have `executor.compile`. Adapt test/jest to it.');
    }
    // Jest would compile it for a context of its own, where `Error` or `Array` are not those of
    // the packages.
    executor.compile = (source, filename) =>
      environment.getVmContext() === null
        ? null
        : compileFunction(source, executor.injectedModuleParameters, { filename });
  }

  requireModule(from, name, options, ...others) {
    if (name !== undefined && !options?.isInternalModule && !this._resolution.isCoreModule(name)) {
      const path = this._resolution.resolveCjs(from, name);
      if (isPackage(path)) return loadPackage(path);
    }
    return super.requireModule(from, name, options, ...others);
  }
}

module.exports = { __esModule: true, default: Runtime };
