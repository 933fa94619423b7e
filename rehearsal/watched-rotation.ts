/** One rotation of a login, during which every node is asked for the current password. */

import { LABEL } from '../contract/rotation';
import type { DeployedSecret } from './aws/deployed-secret';
import type { Deployment } from './aws/deployment';
import { Watch } from './checks/watch';

export interface WatchedRotation {
  readonly finished: boolean;
  /** Whether the current password differs from the previous one. */
  readonly isNew: boolean;
  /** The looks at every node; `look` adds another. */
  readonly watch: Watch;
  /** Without polls during a change, whose number depends on its duration. */
  readonly apiCalls: number;
  readonly polls: number;
  readonly durationMs: number;
}

/** Rotates, and looks after every AWS call and every change of a node. */
export async function watchRotation(
  deployment: Deployment,
  login: DeployedSecret,
): Promise<WatchedRotation> {
  const { plane } = deployment;
  const watch = new Watch(deployment, login.username);
  const before = { calls: plane.calls, polls: plane.polls };
  const startMs = performance.now();
  plane.hooks = { after: () => watch.look() };
  const finished = await login.service.rotate();
  const durationMs = performance.now() - startMs;
  plane.hooks = {};
  const polls = plane.polls - before.polls;
  const apiCalls = plane.calls - before.calls - polls;
  const { password } = login.credentials();
  const isNew = !login.credentials(LABEL.previous).password.equals(password);
  return { finished, isNew, watch, apiCalls, polls, durationMs };
}
