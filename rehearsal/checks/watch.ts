/**
 * Watches that the password in AWSCURRENT is accepted by every node: after each AWS call, and
 * after each node has taken a change.
 */

import type { Deployment } from '../aws/deployment';
import { logIn } from '../redis/probe';

export class Watch {
  #moments = 0;
  readonly #refusals: string[] = [];
  readonly #deployment: Deployment;

  constructor(deployment: Deployment) {
    this.#deployment = deployment;
    deployment.onApplied = () => this.look();
  }

  /** How often every node was asked. */
  get moments(): number {
    return this.#moments;
  }

  /** What a node answered instead of accepting. */
  get refusals(): readonly string[] {
    return this.#refusals;
  }

  async look(): Promise<void> {
    this.#moments += 1;
    const { nodes, certificates } = this.#deployment;
    const { username, password } = this.#deployment.credentials();
    const seen = await Promise.all(
      nodes.map((node) => logIn(node, certificates.caPem, username, password)),
    );
    this.#refusals.push(...seen.filter((each) => each !== 'PONG'));
  }
}
