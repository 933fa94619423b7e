/**
 * The passwords of a user in the model of ElastiCache: each node takes each accepted list for
 * itself, in order, tick by tick. Decides nothing; how a change goes is told by its pace.
 */

import type { Password } from '../../contract/password';
import { NODE_LIST } from './model-answers';
import type { Pace, Tick } from './paces';

/** Who sent a list: only for the function's own the invariants hold at any time. */
export type Sender = 'function' | 'stack update' | 'hand';

interface Accepted {
  readonly list: readonly Password[];
  readonly sender: Sender;
}

interface Change extends Accepted {
  /** What each coming tick of time does, the next one first. */
  readonly ticks: Tick[];
  /** Whether the status shows it. */
  shown: boolean;
  /** Whether the status has shown its end, although a node may lag. */
  released: boolean;
}

export class ModelUser {
  /** What each node accepts. */
  readonly nodes: Accepted[];
  /** Those under way, the oldest first: more than one only if a node lags behind the status. */
  #changes: Change[] = [];
  /** What the service has accepted last. */
  #last: Accepted;

  constructor(list: readonly Password[]) {
    this.#last = { list, sender: 'function' };
    this.nodes = NODE_LIST.map(() => this.#last);
  }

  /** All that its future depends on. `nameOf` names passwords by where they are. */
  stateBy(nameOf: (password: Password) => number): string {
    const printed = ({ list, sender }: Accepted) => `${list.map(nameOf)}${sender}`;
    const changes = this.#changes.map(({ ticks, shown, released, ...accepted }) => {
      const left = ticks.map((tick) => (typeof tick === 'object' ? tick.applyTo : tick));
      return [printed(accepted), shown, released, left].join();
    });
    return [...this.nodes.map(printed), printed(this.#last), ...changes].join('|');
  }

  get isSettled(): boolean {
    return this.#changes.length === 0;
  }

  /** Whether another request would be refused. */
  get isBusy(): boolean {
    return this.#changes.some(({ released }) => !released);
  }

  get looksActive(): boolean {
    return this.#changes.every(({ shown }) => !shown);
  }

  get passwordCount(): number {
    return this.#last.list.length;
  }

  accepts(nodeIndex: number, password: Password): boolean {
    return this.nodes[nodeIndex]?.list.includes(password) ?? false;
  }

  /** Whether a list with a password is on its way to a node. */
  willAccept(nodeIndex: number, password: Password): boolean {
    return this.#changes.some(
      ({ ticks, list }) => list.includes(password) && ticks.some((tick) => isFor(nodeIndex, tick)),
    );
  }

  /** What each node accepts in the end, unless a change comes to nothing. */
  get lastList(): readonly Password[] {
    return this.#last.list;
  }

  begin(list: readonly Password[], sender: Sender, pace: Pace | undefined): void {
    if (!pace) return;
    const { shown, ticks } = pace;
    // Of a change that fails nothing is left.
    if (ticks.some((tick) => typeof tick === 'object')) this.#last = { list, sender };
    this.#changes.push({ list, sender, shown, released: false, ticks: [...ticks] });
  }

  tick(): void {
    for (const [index, change] of this.#changes.entries()) {
      const [tick] = change.ticks;
      const earlier = this.#changes.slice(0, index).flatMap(({ ticks }) => ticks);
      const mustWait =
        typeof tick === 'object' && earlier.some((other) => isFor(tick.applyTo, other));
      if (mustWait) continue;
      change.ticks.shift();
      if (tick === 'show') change.shown = true;
      if (tick === 'hide') Object.assign(change, { shown: false, released: true });
      const { list, sender } = change;
      if (typeof tick === 'object') this.nodes[tick.applyTo] = { list, sender };
    }
    this.#changes = this.#changes.filter(({ ticks }) => ticks.length > 0);
  }
}

function isFor(nodeIndex: number, tick: Tick): boolean {
  return typeof tick === 'object' && tick.applyTo === nodeIndex;
}
