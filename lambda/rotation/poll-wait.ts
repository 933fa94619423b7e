/**
 * Waits between two reads of a changing cache: increasing, and with jitter, so that many rotations
 * that began in the same second spread out.
 *
 * The jitter is derived from the version instead of random, so that tests can predict it.
 */

/** Factor between two waits. */
const GROWTH = 1.5;

/** Longest wait in poll intervals: 60 s for 5 s. */
const LONGEST_INTERVALS = 12;

/** Maximum jitter, as a share of the wait. */
const JITTER = 0.25;

/** Longest start delay of a rotation in poll intervals: 60 s for 5 s. */
const START_INTERVALS = 12;

/** Milliseconds of the `nth` wait in a row, from 0. */
export function pollWaitMs(pollIntervalMs: number, nth: number, seed: string): number {
  const intervals = Math.min(GROWTH ** nth, LONGEST_INTERVALS);
  return pollIntervalMs * intervals * (1 + JITTER * (2 * drawn(`${seed} ${nth}`) - 1));
}

/** Milliseconds before the first call of a rotation: most rotations begin at midnight. */
export function startWaitMs(pollIntervalMs: number, seed: string): number {
  return pollIntervalMs * START_INTERVALS * drawn(seed);
}

const FNV_OFFSET = 2_166_136_261;
const FNV_PRIME = 16_777_619;
const UINT32 = 2 ** 32;

/** A number from 0 to 1, evenly distributed over texts (FNV-1a with a final mix). */
function drawn(text: string): number {
  let hash = FNV_OFFSET;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), FNV_PRIME);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / UINT32;
}
