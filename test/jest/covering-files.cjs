/**
 * The runner of mutation testing: of the test files, it runs those with a test that covers the
 * mutant, the quickest first, until one fails.
 *
 * Stryker passes the names of tests alone, and jest would load every file to look for them.
 */

const { existsSync, readFileSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { default: TestRunner } = require('jest-runner');

const KNOWN = join(process.env.TEST_RUN_FOLDER ?? '', 'tests-by-file.json');

class CoveringFiles extends TestRunner {
  async runTests(tests, watcher, options) {
    const isFirst = !existsSync(KNOWN);
    const known = isFirst ? {} : JSON.parse(readFileSync(KNOWN, 'utf8'));
    let hasFailed = false;
    this.on('test-file-failure', () => {
      hasFailed = true;
    });
    this.on('test-file-success', ([{ path }, result]) => {
      hasFailed ||= result.numFailingTests > 0 || Boolean(result.testExecError);
      const names = result.testResults.map(({ fullName }) => fullName);
      if (isFirst) known[path] = { names, runtimeMs: result.perfStats.runtime };
    });
    for (const test of isFirst ? tests : this.#covering(tests, known)) {
      if (!hasFailed) await super.runTests([test], watcher, options);
    }
    if (isFirst) writeFileSync(KNOWN, JSON.stringify(known));
  }

  #covering(tests, known) {
    const pattern = new RegExp(this._globalConfig.testNamePattern ?? '', 'i');
    return tests
      .filter(({ path }) => known[path].names.some((name) => pattern.test(name)))
      .sort((one, other) => known[one.path].runtimeMs - known[other.path].runtimeMs);
  }
}

module.exports = CoveringFiles;
