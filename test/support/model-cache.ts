/**
 * ElastiCache in the model: which passwords each node accepts, and a change of them on its way,
 * tick by tick. Decides nothing; how a change goes is told by its pace.
 */

import type { Password } from '../../contract/password';
import type { CacheView } from '../../lambda/rotation/ports';
import { ENDPOINTS, NODE_LIST } from './model-answers';
import type { PACES, Tick } from './paces';

/** What AWS's documents leave open: ROTATE with a password that a node has already. */
export type Duplicates = 'evict' | 'ignore' | 'reorder';

/** A change of passwords that is under way. */
interface Change {
  readonly password: Password;
  /** SET: the others go. */
  readonly alone: boolean;
  /** What each coming tick of time does, the next one first. */
  readonly ticks: Tick[];
  /** Whether the status shows it. */
  shown: boolean;
  /** Whether the status has shown its end, although a node may lag. */
  released: boolean;
}

export class ModelCache {
  /** Each node's passwords, the oldest first. */
  readonly nodes: Password[][];
  readonly #duplicates: Duplicates;
  /** A request to accept one password alone was taken, and nothing came of it. */
  setCameToNothing = false;
  #change: Change | undefined;
  /** Counts the changes that were asked for: ElastiCache tells when the last one was. */
  #changes = 0;

  constructor(nodes: Password[][], duplicates: Duplicates) {
    this.nodes = nodes;
    this.#duplicates = duplicates;
  }

  /** All that its future depends on. `nameOf` names passwords by where they are. */
  stateBy(nameOf: (password: Password) => number): string {
    const change = this.#change;
    const nodes = this.nodes.map((node) => node.map(nameOf).join('.'));
    const ticks = change?.ticks.map((tick) => (typeof tick === 'object' ? tick.applyTo : tick));
    const rest = change && [nameOf(change.password), change.alone, change.shown, change.released];
    return [this.#duplicates, this.setCameToNothing, ...nodes, rest, ticks].join();
  }

  get isSettled(): boolean {
    return this.#change === undefined;
  }

  /** Whether another change would be refused. */
  get isBusy(): boolean {
    return this.#change !== undefined && !this.#change.released;
  }

  get looksSettled(): boolean {
    return !this.#change?.shown;
  }

  look(): CacheView {
    const { looksSettled: settled, authChangedAt } = this;
    return { settled, authChangedAt, endpoints: ENDPOINTS, nodes: NODE_LIST };
  }

  get authChangedAt(): string {
    return String(this.#changes);
  }

  get newest(): Password | undefined {
    return this.nodes[0]?.at(-1);
  }

  accepts(nodeIndex: number, password: Password): boolean {
    return this.nodes[nodeIndex]?.includes(password) ?? false;
  }

  acceptsAlone(password: Password): boolean {
    return this.nodes.every((node) => node.length === 1 && node[0]?.equals(password));
  }

  /** SET, at once. */
  setAtOnce(password: Password): void {
    for (const node of this.nodes) node.splice(0, node.length, password);
  }

  begin(password: Password, alone: boolean, pace: (typeof PACES)[number] | undefined): void {
    this.#changes += 1;
    if (!pace) return;
    const { shown, ticks } = pace;
    this.setCameToNothing ||= alone && ticks.every((tick) => typeof tick === 'string');
    this.#change = { password, alone, shown, released: false, ticks: [...ticks] };
  }

  /** ROTATE by somebody else, at once. */
  rotateByHand(password: Password): void {
    this.#changes += 1;
    for (const node of this.nodes) node.splice(0, node.length, node.at(-1) ?? password, password);
  }

  tick(): void {
    const change = this.#change;
    const tick = change?.ticks.shift();
    if (!change) return;
    if (tick === 'show') change.shown = true;
    if (tick === 'hide') Object.assign(change, { shown: false, released: true });
    if (typeof tick === 'object') this.#apply(tick.applyTo, change);
    if (change.ticks.length === 0) this.#change = undefined;
  }

  #apply(nodeIndex: number, { password, alone }: Change): void {
    const node = this.nodes[nodeIndex];
    const newest = node?.[node.length - 1];
    if (!node || !newest) return;
    if (alone) node.splice(0, node.length, password);
    else if (!node.includes(password)) node.splice(0, node.length, newest, password);
    else if (this.#duplicates === 'evict') node.splice(0, node.length, password);
    else if (this.#duplicates === 'reorder') {
      node.sort((one, other) => Number(one.equals(password)) - Number(other.equals(password)));
    }
  }
}
