/**
 * Consistency of docs/: a heading with three lines for each alarm and error code, and no file,
 * command, link or resource that does not exist.
 */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROTATION_ERROR_CODES } from '../lambda/rotation/rotation-error';
import { EcsRedeployment, Purpose } from '../lib';
import { ALARM_KINDS, OTHER_ALARMS } from '../lib/monitoring/alarms';
import { makeService } from './support/applications';
import { makeStack, templateOf } from './support/synth';
import { usersStack } from './support/users';

const ROOT = join(__dirname, '..');
const DOCS = join(ROOT, 'docs');
const REPOSITORY = 'https://github.com/cdk-secure-redis/cdk-secure-redis/blob/main/';
const COLUMNS_MAX = 130;

/** Headings of `docs/operate.md` that are neither an alarm nor a code. */
const CHAPTERS = [
  'Before you begin',
  'The grace period',
  'How a rotation is paced',
  'Rotation on a weekday',
  'The quiet time',
  'A password that leaked',
  'A cache with users',
  'Alarms',
  'Codes of the rotation',
  'Changes',
  'Replacing a cache',
  'An existing key',
  'An existing network',
  'Baseline',
  'Sharded caches',
];

interface Section {
  readonly heading: string;
  readonly lines: readonly string[];
}

const documents = readdirSync(DOCS).map((name) => ({
  name: `docs/${name}`,
  text: readFileSync(join(DOCS, name), 'utf8'),
}));
const operate = documents.find(({ name }) => name === 'docs/operate.md')?.text ?? '';
const codes = chapterOf('Codes of the rotation');
const alarms = sectionsOf('## ', operate).filter(({ heading }) => !CHAPTERS.includes(heading));

/** The headings of a level, each with its lines. */
function sectionsOf(mark: '## ' | '### ', text: string): readonly Section[] {
  const parts = `\n${withoutCode(text)}`.split(`\n${mark}`).slice(1);
  return parts.map((part) => {
    const [heading = '', ...lines] = part.split('\n');
    return { heading, lines: lines.filter((line) => line.trim() !== '') };
  });
}

function chapterOf(heading: string): readonly Section[] {
  const [, chapter = ''] = operate.split(`\n## ${heading}\n`);
  const [text = ''] = chapter.split('\n## ');
  return sectionsOf('### ', text);
}

/** Removes code blocks, in which `#` begins a shell comment and not a heading. */
function withoutCode(text: string): string {
  return text.replaceAll(/^ *```[\s\S]*?^ *```$/gm, '');
}

/** The anchor that GitHub makes of a heading. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');
}

function anchorsOf(text: string): readonly string[] {
  return Array.from(withoutCode(text).matchAll(/^#+ (.*)$/gm), ([, heading = '']) =>
    anchorOf(heading),
  );
}

/** The whole of `lib`, as one text. */
function libraryText(): string {
  const files = readdirSync(join(ROOT, 'lib'), { recursive: true }).map(String);
  const sources = files.filter((file) => file.endsWith('.ts'));
  return sources.map((file) => readFileSync(join(ROOT, 'lib', file), 'utf8')).join('\n');
}

/** Each match of the pattern's first group, with its document. */
function found(pattern: RegExp): readonly (readonly [what: string, where: string])[] {
  return documents.flatMap(({ name, text }) =>
    Array.from(text.matchAll(pattern), ([, what = '']) => [what, name] as const),
  );
}

describe('docs/operate.md has a heading', () => {
  const library = libraryText();

  test('for each alarm, and no heading for a removed alarm', () => {
    const rows = Object.values({ ...ALARM_KINDS, ...OTHER_ALARMS });
    const runbooks = rows.map(({ runbook }) => runbook);
    // The list has them all: no other file names a runbook.
    expect(library.match(/runbook: '/g)?.length).toBe(rows.length);
    expect(runbooks.length).toBeGreaterThan(9);
    expect(alarms.map(({ heading }) => anchorOf(heading)).sort()).toStrictEqual(
      Array.from(new Set(runbooks)).sort(),
    );
  });

  test('for each error code, once', () => {
    expect(codes.map(({ heading }) => heading).sort()).toStrictEqual(
      [...ROTATION_ERROR_CODES].sort(),
    );
  });

  test.each([...alarms, ...codes].map(({ heading, lines }) => [heading, lines] as const))(
    '%s: what it means, what to do first, when it is resolved',
    (_, lines) => {
      expect(lines.map((line) => /^- \*\*([\w ]+):\*\* \S/.exec(line)?.[1] ?? line)).toStrictEqual([
        'Means',
        'First',
        'Resolved when',
      ]);
    },
  );

  test('that says whether each alarm publishes OK, as its actions do', () => {
    const stack = makeStack({ purpose: Purpose.QUEUE });
    const { cache } = stack;
    const services = [makeService(stack, cache)];
    new EcsRedeployment(stack, 'Redeployment', { cache, services });
    // With users, which have an alarm of their own.
    const Resources = { ...templateOf(usersStack()).Resources, ...templateOf(stack).Resources };
    const types = ['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm'];
    const made = Object.values(Resources).filter(({ Type }) => types.includes(Type));
    const ends = made.map(({ Properties: { AlarmDescription, AlarmActions, OKActions } }) => {
      const runbook = /operate\.md#([\w-]+) /.exec(JSON.stringify(AlarmDescription))?.[1];
      // An alarm without actions publishes through the composite alarm, OK included.
      const isSilent = AlarmActions !== undefined && OKActions === undefined;
      return `${runbook}: ${isSilent ? 'No OK is published' : 'OK'}`;
    });
    const said = alarms.map(({ heading, lines }) => {
      const [, what = 'nothing'] = /(No OK is published|OK)/.exec(lines[2] ?? '') ?? [];
      return `${anchorOf(heading)}: ${what}`;
    });
    expect(Array.from(new Set(ends)).sort()).toStrictEqual([...said].sort());
  });

  test('and a table row for each kind of alarm, and no other row', () => {
    const [, chapter = ''] = operate.split('\n## Alarms\n');
    const [table = ''] = chapter.split('\n## ');
    const rows = Array.from(table.matchAll(/^\| (`.+?) \|/gm), ([, kinds = '']) => kinds);
    const named = rows.flatMap((kinds) =>
      Array.from(kinds.matchAll(/`(\w+)`/g), ([, kind]) => kind),
    );
    expect(named.sort()).toStrictEqual(Object.keys(ALARM_KINDS).sort());
  });

  test('for each chapter that the library names', () => {
    const named = Array.from(
      library.matchAll(/docs\/operate\.md`?, ([A-Z][a-z ]+)/g),
      ([, name]) => name,
    );
    expect(named.length).toBeGreaterThan(1);
    expect(named.filter((name) => !CHAPTERS.includes(name ?? ''))).toStrictEqual([]);
    const headings = sectionsOf('## ', operate).map(({ heading }) => heading);
    expect(CHAPTERS.filter((chapter) => !headings.includes(chapter))).toStrictEqual([]);
  });
});

describe('The documents name only what exists', () => {
  test('each file', () => {
    const named = found(
      /`((?:bin|test|lib|lambda|config|examples|docs|rehearsal|contract)\/[^\s`]*)`/g,
    );
    expect(named.length).toBeGreaterThan(20);
    // Baselines are recorded by users; `<stage>` is a placeholder.
    const written = named.filter(([path]) => !/\.baseline\.json$|</.test(path));
    expect(written.filter(([path]) => !existsSync(join(ROOT, path)))).toStrictEqual([]);
  });

  test('each npm script, with the stage and the cache that it names', () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    const run = found(/npm (?:run )?([\w:]+)/g);
    expect(run.length).toBeGreaterThan(5);
    expect(run.filter(([name]) => scripts[name] === undefined)).toStrictEqual([]);
    const stages = found(/(?:--stage |-c stage=)(\w+)/g);
    expect(
      stages.filter(([stage]) => !existsSync(join(ROOT, `config/${stage}.json`))),
    ).toStrictEqual([]);
    const { caches } = JSON.parse(readFileSync(join(ROOT, 'config/prod.json'), 'utf8'));
    const rehearsed = found(/npm start -- --stage prod --cache (\w+)/g);
    expect(rehearsed.filter(([cache]) => caches[cache] === undefined)).toStrictEqual([]);
  });

  test('each link within the repository', () => {
    const links = [...found(/\]\(([^)]+)\)/g), ...found(/^\[\w[\w -]*\]: (\S+)$/gm)];
    const ours = links
      .map(([link, from]) => [link.replace(REPOSITORY, '../'), from] as const)
      .filter(([link]) => !link.startsWith('https://'));
    expect(ours.length).toBeGreaterThan(5);
    const broken = ours.filter(([link, from]) => {
      const [path = '', anchor] = link.split('#');
      const file = path === '' ? join(ROOT, from) : join(DOCS, path);
      if (!existsSync(file)) return true;
      return anchor !== undefined && !anchorsOf(readFileSync(file, 'utf8')).includes(anchor);
    });
    expect(broken).toStrictEqual([]);
  });

  test('each short name of a proof', () => {
    const undefinedNames = documents.flatMap(({ name, text }) => {
      const prose = withoutCode(text).replaceAll(/`[^`\n]*`/g, '');
      const known = Array.from(prose.matchAll(/^\[([^\]]+)\]: /gm), ([, key]) => key);
      const used = Array.from(prose.matchAll(/\[([^\]]+)\](?![(:])/g), ([, key]) => key);
      return used.filter((key) => !known.includes(key)).map((key) => `${name}: ${key}`);
    });
    expect(undefinedNames).toStrictEqual([]);
  });

  test('each test that is named with its file, in full or as its page abbreviates it', () => {
    const named = documents.flatMap(({ name, text }) => {
      const prose = text.replaceAll(/\s+/g, ' ');
      const short = Array.from(prose.matchAll(/`([\w-]+)` is `(test\/[^`]+)`/g));
      const files = new Map(short.map(([, key = '', file = '']) => [key, file]));
      const found = prose.matchAll(/`(test\/[^\s`]+\.ts|[\w-]+)`,? "([^"]+)"/g);
      return Array.from(found, ([, file = '', title = '']) => ({ name, file, title }))
        .filter(({ file }) => file.startsWith('test/') || files.has(file))
        .map((each) => ({ ...each, file: files.get(each.file) ?? each.file }));
    });
    expect(named.length).toBeGreaterThan(30);
    const missing = named.filter(
      ({ file, title }) => !readFileSync(join(ROOT, file), 'utf8').includes(`'${title}`),
    );
    expect(missing).toStrictEqual([]);
  });

  test('each invariant of the rotation, with what holds it, and each fault that was found', () => {
    const rotation = documents.find(({ name }) => name === 'docs/rotation.md')?.text ?? '';
    const rowsOf = (heading: string) => {
      const lines = sectionsOf('## ', rotation).find((each) => each.heading === heading)?.lines;
      return lines?.filter((line) => line.startsWith('| ')).slice(1) ?? [];
    };
    const invariants = rowsOf('What always holds');
    const known = readdirSync(join(ROOT, 'test/support'))
      .map((name) => readFileSync(join(ROOT, 'test/support', name), 'utf8'))
      .flatMap((text) => text.match(/(?<=new Violation\(['`])I\d/g) ?? []);
    const numbers = invariants.flatMap((row) => /^\| (I\d) /.exec(row)?.[1] ?? []);
    expect(numbers).toStrictEqual(Array.from(new Set(known)).sort());
    const faults = rowsOf('Faults that were found');
    expect(faults.length).toBeGreaterThan(15);
    const unheld = [...invariants, ...faults].filter((row) => !/ `[\w-]+` "[^"]+" \|$/.test(row));
    expect(unheld).toStrictEqual([]);
  });

  test('each resource that a command looks up, by type and prefix of its id', () => {
    const { Resources } = templateOf(makeStack());
    const lookups = Array.from(
      operate.matchAll(/id_of "\$STACK" (AWS::\w+::\w+) (\w+)/g),
      ([, type, start = '']) => ({ type, start }),
    );
    expect(lookups.length).toBeGreaterThan(5);
    const counts = lookups.map(({ type, start }) => {
      const ids = Object.keys(Resources).filter((id) => id.startsWith(start));
      return [start, ids.filter((id) => Resources[id]?.Type === type).length];
    });
    expect(counts).toStrictEqual(lookups.map(({ start }) => [start, 1]));
  });
});

describe('The documents are easy to read', () => {
  test(`lines have at most ${COLUMNS_MAX} columns`, () => {
    const long = documents.flatMap(({ name, text }) =>
      text
        .split('\n')
        .flatMap((line, index) => (line.length > COLUMNS_MAX ? [`${name}:${index + 1}`] : [])),
    );
    expect(long).toStrictEqual([]);
  });

  test('each page opens with its purpose for the reader', () => {
    const pages = documents.filter(({ name }) => name.endsWith('.md'));
    const opening = /^# .+\n\nAfter this page (?:you (?:can|know)|your application)./;
    expect(pages.filter(({ text }) => !opening.test(text)).map(({ name }) => name)).toEqual([]);
  });
});
