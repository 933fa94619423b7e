/**
 * Jest's runtime, except that packages of node_modules are loaded once per worker, not per file.
 *
 * A test file still has its own copy of every module of this project, and may not leave anything
 * behind: see environment.cjs. To load and warm up the CDK takes longer than most of its tests.
 */

const { compileFunction } = require('node:vm');
const { default: JestRuntime } = require('jest-runtime');
const { isPackage, loadPackage } = require('./packages.cjs');
const { withRunningTest } = require('./test-context.cjs');

const functions = new Map();

/**
 * The function around a module. Each test file calls it and gets a module of its own; the engine
 * keeps what it has compiled and learned.
 *
 * Jest would compile it for a context of its own, where `Error` or `Array` are not those of the
 * packages.
 */
function compiled(source, parameters, filename) {
  const known = functions.get(filename);
  if (known?.source === source) return known.call;
  const call = compileFunction(source, parameters, { filename });
  functions.set(filename, { source, call });
  return call;
}

class Runtime extends JestRuntime {
  constructor(config, environment, ...others) {
    super(config, environment, ...others);
    const executor = this.executor;
    if (typeof executor?.compile !== 'function' || !executor.injectedModuleParameters) {
      throw new Error('jest-runtime must have `executor.compile`. Adapt test/jest to it.');
    }
    executor.compile = (source, filename) =>
      environment.getVmContext() === null
        ? null
        : compiled(source, executor.injectedModuleParameters, filename);
  }

  requireModule(from, name, options, ...others) {
    if (name !== undefined && !options?.isInternalModule && !this._resolution.isCoreModule(name)) {
      const path = this._resolution.resolveCjs(from, name);
      if (isPackage(path)) return loadPackage(path);
    }
    return super.requireModule(from, name, options, ...others);
  }

  requireInternalModule(...args) {
    return withRunningTest(() => super.requireInternalModule(...args));
  }
}

module.exports = { __esModule: true, default: Runtime };
