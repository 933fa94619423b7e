/**
 * Turns a test that asks "pick a number below n" into an enumeration of every answer.
 *
 * Depth first: each run replays the answers of the last one up to the deepest that can still be
 * counted up. Nothing is sampled, so the number of paths is a fact that a test can assert.
 *
 * A body may name the state that it has reached. Where two paths reach the same state, what comes
 * after it is the same: it is run once and counted for both.
 */

/** Picks a whole number from 0 to `below` - 1. */
export type Pick = (below: number) => number;

export interface Choices {
  readonly pick: Pick;
  /**
   * Names the state of the body, which has made so many calls. Equal names promise equal futures,
   * whatever came before.
   *
   * @throws Error if that future has been explored: the body must let it pass.
   */
  readonly reached: (state: string, calls: number) => void;
}

/** How one path ended: with a name, or without one if all was well. */
export interface Ending {
  readonly calls: number;
  readonly end?: string;
}

/** How many paths ended in one way, and what the first of them picked. */
export interface End {
  readonly times: number;
  readonly picks: readonly number[];
}

/** How paths ended. */
export interface Tally {
  paths: number;
  /** Of all paths, each counted from its beginning. */
  calls: number;
  /** By name. */
  readonly ends: Map<string, End>;
}

/** Thrown where the future is known already. */
const KNOWN = new Error('this state has been explored');

/** A state on the way of the present path, and how the paths through it have ended so far. */
interface Open {
  readonly state: string;
  /** How many picks came before it. */
  readonly depth: number;
  readonly callsBefore: number;
  readonly tally: Tally;
}

/** Runs `body` for each path through its picks, or until one has ended so that it is enough. */
export async function everyPath(
  body: (choices: Choices) => Promise<Ending>,
  isEnough: (ending: Ending) => boolean = () => false,
): Promise<Tally> {
  const walk = new Walk();
  do {
    walk.begin();
    try {
      const ending = await body(walk);
      walk.end(ending);
      if (isEnough(ending)) break;
    } catch (error) {
      if (error !== KNOWN) throw error;
    }
  } while (walk.advance());
  walk.close(0);
  return walk.total;
}

/** The present path, what is known of the states on it, and what was known of others. */
class Walk implements Choices {
  readonly total: Tally = empty();
  readonly #known = new Map<string, Tally>();
  readonly #open: Open[] = [];
  readonly #path: { taken: number; below: number }[] = [];
  #depth = 0;
  #passed = 0;

  begin(): void {
    this.#depth = 0;
    this.#passed = 0;
  }

  readonly pick = (below: number): number => {
    const step = this.#path[this.#depth];
    this.#depth += 1;
    if (!step) {
      this.#path.push({ taken: 0, below });
      return 0;
    }
    if (step.below !== below) throw new Error('a body must pick the same way each time');
    return step.taken;
  };

  readonly reached = (state: string, callsBefore: number): void => {
    const open = this.#open[this.#passed];
    this.#passed += 1;
    if (open) {
      if (open.state !== state) throw new Error('a body must reach the same states each time');
      return;
    }
    const known = this.#known.get(state);
    if (known) {
      this.#add(known, callsBefore);
      throw KNOWN;
    }
    this.#open.push({ state, depth: this.#depth, callsBefore, tally: empty() });
  };

  end({ calls, end }: Ending): void {
    const picks = this.#path.map(({ taken }) => taken);
    const ends = new Map(end === undefined ? [] : [[end, { times: 1, picks }]]);
    this.#add({ paths: 1, calls, ends }, 0);
  }

  /** Goes on to the next path, if there is one. */
  advance(): boolean {
    const path = this.#path;
    while (path.length > 0 && isExhausted(path[path.length - 1])) path.pop();
    const last = path.at(-1);
    if (last) last.taken += 1;
    this.close(path.length);
    return last !== undefined;
  }

  /** Closes the states that so many picks or more came before: no path goes through them now. */
  close(depth: number): void {
    for (let open = this.#open.at(-1); open && open.depth >= depth; open = this.#open.at(-1)) {
      this.#open.pop();
      this.#known.set(open.state, open.tally);
      this.#add(open.tally, open.callsBefore);
    }
  }

  /** Adds paths to the deepest open state. Their calls are counted from after `callsBefore`. */
  #add({ paths, calls, ends }: Tally, callsBefore: number): void {
    const open = this.#open.at(-1);
    const tally = open?.tally ?? this.total;
    tally.paths += paths;
    tally.calls += calls + paths * (callsBefore - (open?.callsBefore ?? 0));
    for (const [name, { times, picks }] of ends) {
      const before = tally.ends.get(name);
      tally.ends.set(name, { times: times + (before?.times ?? 0), picks: before?.picks ?? picks });
    }
  }
}

function empty(): Tally {
  return { paths: 0, calls: 0, ends: new Map() };
}

function isExhausted(step: { taken: number; below: number } | undefined): boolean {
  return step !== undefined && step.taken === step.below - 1;
}
