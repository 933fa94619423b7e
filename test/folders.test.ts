/**
 * Folders import in one direction: the arrows of CONTRIBUTING.md, "Where things are", equal the
 * imports of the code, type-only imports included, without cycles between folders or files.
 */

import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { importsOf, PRODUCT, ROOT } from './support/sources';

/** One line of the drawing: a folder, and those that it imports from. */
interface Line {
  readonly folder: string;
  readonly imports: readonly string[];
}

type Edge = readonly [from: string, to: string];

/** What is built, generated and measured imports what it needs. */
const IS_FREE = /^(?:bench|scripts)\b/;

/** A line, which goes on where the next one begins with spaces. */
const ARROW = /^(\S+) +─►(.*(?:\n {4,}.*)*)/gm;

/** The files of the product by the names under which they are imported. */
const FILES = new Map(
  PRODUCT.flatMap(({ path }) =>
    [path, path.replace(/\.ts$/, ''), path.replace(/\/index\.ts$/, '')].map(
      (name) => [name, path] as const,
    ),
  ),
);

const FILE_EDGES: readonly Edge[] = PRODUCT.flatMap((source) =>
  importsOf(source)
    .flatMap((name) => FILES.get(name) ?? [])
    .map((path) => [source.path, path] as const),
);

const FOLDERS = new Set(PRODUCT.map(({ path }) => dirname(path)));

/** A name without its top folder is in the same one. */
function fullName(name: string, folder: string): string {
  const near = `${folder.split('/')[0]}/${name}`;
  return FOLDERS.has(near) ? near : name;
}

const DRAWN: readonly Line[] = Array.from(
  readFileSync(join(ROOT, 'CONTRIBUTING.md'), 'utf8').matchAll(ARROW),
  ([, folder = '', imports = '']) => ({
    folder,
    imports: imports
      .trim()
      .split(/\s+/)
      .map((name) => fullName(name, folder)),
  }),
);

/** `import` of one folder by another, each once, without those within a folder. */
function folderEdges(): readonly Edge[] {
  const found = FILE_EDGES.map(([from, to]) => `${dirname(from)} ${dirname(to)}`);
  return Array.from(new Set(found)).flatMap((each) => {
    const [from = '', to = ''] = each.split(' ');
    return from === to || IS_FREE.test(from) ? [] : [[from, to] as const];
  });
}

/** The nodes of a cycle, or undefined. */
function circleOf(edges: readonly Edge[]): readonly string[] {
  const next = new Map<string, string[]>();
  for (const [from, to] of edges) next.set(from, [...(next.get(from) ?? []), to]);
  const done = new Set<string>();
  const visit = (node: string, above: readonly string[]): readonly string[] => {
    if (above.includes(node)) return [...above.slice(above.indexOf(node)), node];
    if (done.has(node)) return [];
    for (const to of next.get(node) ?? []) {
      const circle = visit(to, [...above, node]);
      if (circle.length > 0) return circle;
    }
    done.add(node);
    return [];
  };
  for (const node of next.keys()) {
    const circle = visit(node, []);
    if (circle.length > 0) return circle;
  }
  return [];
}

describe('Files have no import cycles', () => {
  test('of types either', () => {
    expect(FILE_EDGES.length).toBeGreaterThan(500);
    expect(circleOf(FILE_EDGES)).toStrictEqual([]);
  });

  test('cycles of two and of three files would be found', () => {
    const a = ['a.ts', 'b.ts'] as const;
    expect(circleOf([a, ['b.ts', 'a.ts']])).toStrictEqual(['a.ts', 'b.ts', 'a.ts']);
    const three: readonly Edge[] = [a, ['b.ts', 'c.ts'], ['d.ts', 'c.ts'], ['c.ts', 'a.ts']];
    expect(circleOf(three)).toStrictEqual(['a.ts', 'b.ts', 'c.ts', 'a.ts']);
  });
});

describe('Folder imports equal the drawing in CONTRIBUTING.md', () => {
  test('each arrow is an import, and each import has an arrow', () => {
    const used = folderEdges().map(([from, to]) => `${from} ─► ${to}`);
    const drawn = DRAWN.flatMap(({ folder, imports }) => imports.map((to) => `${folder} ─► ${to}`));
    expect(drawn.length).toBeGreaterThan(100);
    expect({
      notDrawn: used.filter((each) => !drawn.includes(each)).sort(),
      notUsed: drawn.filter((each) => !used.includes(each)).sort(),
    }).toStrictEqual({ notDrawn: [], notUsed: [] });
  });

  test('each folder imports only from folders that are drawn below it', () => {
    const order = DRAWN.map(({ folder }) => folder);
    // What imports nothing has no line: it is below all others.
    const place = (folder: string) =>
      order.includes(folder) ? order.indexOf(folder) : order.length;
    const upward = DRAWN.flatMap(({ folder, imports }) =>
      imports.filter((to) => place(to) <= place(folder)).map((to) => `${folder} ─► ${to}`),
    );
    expect(upward).toStrictEqual([]);
  });
});
