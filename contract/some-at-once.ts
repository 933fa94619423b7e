/** Maps many items with some calls at once: AWS throttles, and sockets are limited. */

/** The results in the order of the items. */
export async function someAtOnce<Item, Result>(
  items: readonly Item[],
  atOnceMax: number,
  map: (item: Item) => Result | Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (let start = 0; start < items.length; start += atOnceMax) {
    results.push(...(await Promise.all(items.slice(start, start + atOnceMax).map(map))));
  }
  return results;
}
