/** How a change of passwords may go in the model: on which tick of time what happens. */

export type Tick = 'nothing' | 'show' | 'hide' | { readonly applyTo: number };

const APPLY_ALL: readonly Tick[] = [{ applyTo: 0 }, { applyTo: 1 }];

/** How a change may go. The first two are ordinary; each other one counts as a fault. */
export const PACES: readonly { readonly shown: boolean; readonly ticks: readonly Tick[] }[] = [
  { shown: true, ticks: [...APPLY_ALL, 'hide'] },
  { shown: true, ticks: [{ applyTo: 1 }, 'nothing', { applyTo: 0 }, 'hide'] },
  // The status still reads `available` at first.
  { shown: false, ticks: ['show', ...APPLY_ALL, 'hide'] },
  // The status is back while the last node lags.
  { shown: true, ticks: [{ applyTo: 0 }, 'hide', 'nothing', 'nothing', { applyTo: 1 }] },
  // Accepted, and then nothing comes of it.
  { shown: true, ticks: ['nothing', 'hide'] },
  // Longer than one invocation lives.
  { shown: true, ticks: [...Array<Tick>(9).fill('nothing'), ...APPLY_ALL, 'hide'] },
];
export const ORDINARY_PACES = 2;
