/**
 * Logs in to every node with AWSCURRENT after each AWS call and after each change of a node, and
 * records refusals.
 */

import type { Deployment } from '../aws/deployment';
import { logIn } from '../redis/probe';

export class Watch {
  #moments = 0;
  readonly #refusals: string[] = [];
  readonly #deployment: Deployment;
  readonly #username: string;
  readonly #logIn: typeof logIn;

  /** @param ask how it logs in: by default over a new connection each time. */
  constructor(deployment: Deployment, username = 'default', ask = logIn) {
    this.#deployment = deployment;
    this.#username = username;
    this.#logIn = ask;
    deployment.onApplied = () => this.look();
  }

  /** How often every node was tested. */
  get moments(): number {
    return this.#moments;
  }

  /** Answers other than an accepted login. */
  get refusals(): readonly string[] {
    return this.#refusals;
  }

  async look(): Promise<void> {
    this.#moments += 1;
    const { nodes, certificates } = this.#deployment;
    const username = this.#username;
    const { password } = this.#deployment.login(username).credentials();
    const seen = await Promise.all(
      nodes.map((node) => this.#logIn(node, certificates.caPem, username, password)),
    );
    this.#refusals.push(...seen.filter((each) => each !== 'PONG'));
  }
}
