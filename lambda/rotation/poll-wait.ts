/**
 * How long to wait between two looks at a cache that is being changed: each time longer, and of
 * many rotations that began in the same second, each a little differently.
 *
 * No randomness: what is drawn follows from the version, so that a test can say it.
 */

/** Each wait is longer than the one before by this factor. */
const GROWTH = 1.5;

/** No wait is longer than so many poll intervals: 60 s of 5 s. */
const LONGEST_INTERVALS = 12;

/** A wait is longer or shorter by up to this share. */
const JITTER = 0.25;

/** A rotation begins within so many poll intervals after it was asked for: 60 s of 5 s. */
const START_INTERVALS = 12;

/** Milliseconds of a wait, the `nth` in a row from 0. */
export function pollWaitMs(pollIntervalMs: number, nth: number, seed: string): number {
  const intervals = Math.min(GROWTH ** nth, LONGEST_INTERVALS);
  return pollIntervalMs * intervals * (1 + JITTER * (2 * drawn(`${seed} ${nth}`) - 1));
}

/** Milliseconds before the first call of a rotation: most begin at midnight, all at once. */
export function startWaitMs(pollIntervalMs: number, seed: string): number {
  return pollIntervalMs * START_INTERVALS * drawn(seed);
}

const FNV_OFFSET = 2_166_136_261;
const FNV_PRIME = 16_777_619;
const UINT32 = 2 ** 32;

/** From 0 up to 1, evenly over many texts (FNV-1a, with its bits mixed once more at the end). */
function drawn(text: string): number {
  let hash = FNV_OFFSET;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), FNV_PRIME);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / UINT32;
}
