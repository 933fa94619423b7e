/** How a change of passwords may go in the model: on which tick of time what happens. */

export type Tick = 'nothing' | 'show' | 'hide' | { readonly applyTo: number };

const APPLY_ALL: readonly Tick[] = [{ applyTo: 0 }, { applyTo: 1 }];

export const restTicks = (ticks: number) => Array<Tick>(ticks).fill('nothing');

export interface Pace {
  readonly shown: boolean;
  readonly ticks: readonly Tick[];
  /** Nothing but slow: as slow as AWS is in earnest. */
  readonly slow?: boolean;
}

/** How a change may go. The first two are ordinary; each other one counts as a fault. */
export const PACES: readonly Pace[] = [
  { shown: true, ticks: [...APPLY_ALL, 'hide'] },
  { shown: true, ticks: [{ applyTo: 1 }, 'nothing', { applyTo: 0 }, 'hide'] },
  // The status still reads `available` at first.
  { shown: false, ticks: ['show', ...APPLY_ALL, 'hide'] },
  // The status is back while the last node lags.
  { shown: true, ticks: [{ applyTo: 0 }, 'hide', 'nothing', 'nothing', { applyTo: 1 }] },
  // Accepted, and then nothing comes of it.
  { shown: true, ticks: ['nothing', 'hide'] },
  // Longer than one invocation lives, and then the last node lags.
  {
    shown: true,
    ticks: [...restTicks(7), { applyTo: 0 }, 'hide', ...restTicks(2), { applyTo: 1 }],
  },
  // Longer than two invocations live, and not longer than three.
  { shown: true, slow: true, ticks: [...restTicks(11), ...APPLY_ALL, 'hide'] },
];
export const ORDINARY_PACES = 2;
