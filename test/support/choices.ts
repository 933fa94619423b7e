/**
 * Turns a test that asks "pick a number below n" into an enumeration of every answer.
 *
 * Depth first: each run replays the answers of the last one up to the deepest that can still be
 * counted up. Nothing is sampled, so the number of runs is a fact that a test can assert.
 */

/** Picks a whole number from 0 to `below` - 1. */
export type Pick = (below: number) => number;

/** Runs `body` once for each path through its picks, and returns how many there were. */
export async function everyPath(body: (pick: Pick) => Promise<void>): Promise<number> {
  const path: { taken: number; below: number }[] = [];
  for (let paths = 1; ; paths++) {
    let depth = 0;
    await body((below) => {
      const step = path[depth];
      depth += 1;
      if (step) {
        if (step.below !== below) throw new Error('a body must pick the same way each time');
        return step.taken;
      }
      path.push({ taken: 0, below });
      return 0;
    });
    while (path.length > 0 && isExhausted(path[path.length - 1])) path.pop();
    const last = path[path.length - 1];
    if (!last) return paths;
    last.taken += 1;
  }
}

function isExhausted(step: { taken: number; below: number } | undefined): boolean {
  return step !== undefined && step.taken === step.below - 1;
}
