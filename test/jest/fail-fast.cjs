/**
 * The environment of mutation testing: once a test has noticed a mutant, the other tests of the
 * run are skipped, in all files.
 *
 * Jest's own `bail` ends no file, and Stryker turns it off.
 */

const SharedRealm = require('./environment.cjs');

const MUTANT = '__STRYKER_ACTIVE_MUTANT__';

/** The id of the last mutant that a test noticed. */
let noticed;

class FailFast extends SharedRealm {
  #mutant = process.env[MUTANT];

  async handleTestEvent({ name, test }) {
    if (this.#mutant === undefined) return;
    if (name === 'test_fn_failure' || name === 'hook_failure') noticed = this.#mutant;
    if (name === 'test_start' && noticed === this.#mutant) test.mode = 'skip';
  }

  /** The end of a file restores the environment variables; the next file needs the mutant, too. */
  async teardown() {
    await super.teardown();
    if (this.#mutant !== undefined) process.env[MUTANT] = this.#mutant;
  }
}

module.exports = FailFast;
