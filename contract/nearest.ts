/** Finds the probably intended name: for typing errors and units. */

/** Maximum number of differing letters. */
const DISTANCE_MAX = 2;

/** Shorter names are part of too many other names. */
const PART_LENGTH_MIN = 4;

export function nearest(name: string, known: readonly string[]): string | undefined {
  const plain = (each: string) => each.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
  const wanted = plain(name);
  const byDistance = known
    .map((each) => ({ each, distance: distanceOf(wanted, plain(each)) }))
    .sort((one, other) => one.distance - other.distance);
  const [best] = byDistance;
  if (best && best.distance <= Math.min(DISTANCE_MAX, wanted.length / 2)) return best.each;
  return known.find((each) => {
    const [short = '', long = ''] = [wanted, plain(each)].sort((a, b) => a.length - b.length);
    return short.length >= PART_LENGTH_MIN && long.includes(short);
  });
}

/** The Levenshtein distance: the number of letters to add, remove or change. */
export function distanceOf(one: string, other: string): number {
  const letters = Array.from(other);
  let row = [0, ...letters.map((_, index) => index + 1)];
  for (const [index, letter] of Array.from(one).entries()) {
    const next = [index + 1];
    for (const [at, theirs] of letters.entries()) {
      const changed = (row[at] ?? 0) + (letter === theirs ? 0 : 1);
      next.push(Math.min(changed, (row[at + 1] ?? 0) + 1, (next[at] ?? 0) + 1));
    }
    row = next;
  }
  return row[letters.length] ?? 0;
}
