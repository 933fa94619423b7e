/** How a change of a user's passwords may go in the model: on which tick of time what happens. */

import { PACES, type Pace, restTicks } from './paces';

/** As those of the cache's own password; only a slow change is less slow. */
export const USER_PACES: readonly Pace[] = [
  ...PACES.slice(0, -2),
  // The status is back before any node has changed.
  { shown: true, ticks: ['hide', 'nothing', { applyTo: 0 }, 'nothing', { applyTo: 1 }] },
  // Longer than one invocation lives, and then the last node lags.
  {
    shown: true,
    ticks: [...restTicks(20), { applyTo: 0 }, 'hide', ...restTicks(2), { applyTo: 1 }],
  },
  // Longer than one invocation waits, and not longer than two.
  { shown: true, slow: true, ticks: [...restTicks(18), { applyTo: 0 }, { applyTo: 1 }, 'hide'] },
];

/** Beside a stack update none is slow: both together may outlast what a step waits. */
export const PACES_WITH_UPDATE = USER_PACES.slice(0, -1);
