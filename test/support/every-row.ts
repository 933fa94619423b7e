/**
 * Checks rules against each row of a table that is too long to be kept: all rules in one pass.
 *
 * `everyRow` defines a test per rule, which names the first rows that break it.
 */

const SHOWN_MAX = 3;

export interface Table<Row> {
  /** A test that a rule holds for each row. */
  everyRow(name: string, rule: (row: Row) => boolean): void;
  /** How many rows there were. To be asked in a test. */
  count(): number;
  /** What some rows have, each value once. To be asked in a test. */
  valuesOf(value: (row: Row) => string | undefined): () => readonly string[];
}

/** For the top of a test file. */
export function tableOf<Row>(rows: () => Iterable<Row>): Table<Row> {
  const looks: ((row: Row) => void)[] = [];
  let count = 0;
  beforeAll(() => {
    for (const row of rows()) {
      count += 1;
      for (const look of looks) look(row);
    }
  }, 60_000);
  return {
    everyRow(name, rule) {
      const breaking: Row[] = [];
      looks.push((row) => {
        if (!rule(row) && breaking.length < SHOWN_MAX) breaking.push(row);
      });
      test(name, () => expect(breaking).toStrictEqual([]));
    },
    count: () => count,
    valuesOf(value) {
      const seen = new Set<string>();
      looks.push((row) => {
        const each = value(row);
        if (each !== undefined) seen.add(each);
      });
      return () => Array.from(seen).sort();
    },
  };
}
