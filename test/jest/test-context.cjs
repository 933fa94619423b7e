/**
 * What jest-circus keeps about the running test, without `AsyncLocalStorage`: its hook on every
 * promise doubles the CPU time of an exploration.
 *
 * Tests of a file run one after the other, so what runs between the start and the end of a test
 * belongs to it. An error that comes later fails the next test, or the file.
 */

const asyncHooks = require('node:async_hooks');

class RunningTest {
  #store;

  getStore() {
    return this.#store;
  }

  run(store, body) {
    const before = this.#store;
    const restore = () => {
      this.#store = before;
    };
    this.#store = store;
    let isPending = false;
    try {
      const result = body();
      isPending = typeof result?.then === 'function';
      return isPending ? result.finally(restore) : result;
    } finally {
      if (!isPending) restore();
    }
  }
}

/** Loads jest-circus, which makes its storage while it loads. */
function withRunningTest(load) {
  const { AsyncLocalStorage } = asyncHooks;
  asyncHooks.AsyncLocalStorage = RunningTest;
  try {
    return load();
  } finally {
    asyncHooks.AsyncLocalStorage = AsyncLocalStorage;
  }
}

module.exports = { withRunningTest };
