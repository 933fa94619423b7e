/**
 * Enforces how the bytes of a stage file are read: UTF-8 with or without a byte order mark. Every
 * other file is refused in one line, however large, deep or oddly named its content is.
 */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib/core';
import { Fleet, readStageConfig, SettingError } from '../../lib';
import { messageOf } from '../support/message-of';
import { temporaryFolder } from '../support/temporary-folder';

const GOOD = '{ "tags": { "team": "Größe" }, "caches": { "a": {} } }';
const MARK = '\uFEFF';

function read(bytes: string | Buffer) {
  const folder = temporaryFolder('config');
  writeFileSync(join(folder, 'dev.json'), bytes);
  return readStageConfig(folder, 'dev');
}

/** The message, without the folder that differs each time. */
function refusal(bytes: string | Buffer): string {
  try {
    read(bytes);
  } catch (error) {
    expect(error).toBeInstanceOf(SettingError);
    return (error as Error).message.replaceAll(/\S*config-\w+\//g, 'config/');
  }
  return 'accepted';
}

describe('The name of a stage file', () => {
  test.each(['my-stage', 'Prod2', 'a'.repeat(21), '2nd'])('%p is not allowed', (stage) => {
    const folder = temporaryFolder('config');
    writeFileSync(join(folder, `${stage}.json`), GOOD);
    expect(messageOf(() => readStageConfig(folder, stage))).toContain(
      'the name of a stage must be up to 20 lower-case letters and digits, the first a letter, ' +
        `got "${stage}". Rename `,
    );
  });
});

describe('A stage file that is not JSON', () => {
  test.each([
    ['a comma at the end', '{\n  "caches": {},\n}', 'line 3, column 1'],
    ['no colon', '{ "caches" {} }', 'line 1, column 12'],
    ['a list that goes on', '{\n  "a": [1\n  2]}', 'line 3, column 3'],
  ])('%s: the error names line and column', (_, text, place) => {
    expect(refusal(text)).toMatch(
      new RegExp(`^config/dev.json must be JSON, got: .* in JSON in ${place}\\. Correct it\\.$`),
    );
  });
});

describe('The encoding of a stage file', () => {
  test('UTF-8, with and without a byte order mark', () => {
    expect(read(`${MARK}${GOOD}`)).toEqual(read(GOOD));
    expect(read(GOOD).tags).toEqual({ team: 'Größe' });
  });

  const wide = Buffer.from(GOOD, 'utf16le');
  test.each([
    ['UTF-16, little end first', Buffer.from(`${MARK}${GOOD}`, 'utf16le')],
    ['UTF-16, big end first', Buffer.from(`${MARK}${GOOD}`, 'utf16le').swap16()],
    ['UTF-16 without a mark', wide],
    ['UTF-16 of one character', Buffer.from(MARK, 'utf16le')],
    ['UTF-32', Buffer.concat([Buffer.from([0, 0, 0xfe, 0xff]), wide])],
    ['a program', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 1])],
  ])('%s is refused with a reason', (_, bytes) => {
    expect(refusal(bytes)).toBe(
      'config/dev.json must be UTF-8, got UTF-16, UTF-32 or a binary file. Save it as UTF-8, in ' +
        'PowerShell with `Set-Content -Encoding utf8`.',
    );
  });

  test('Latin-1 is refused with its line', () => {
    expect(refusal(Buffer.from(`{\n "caches": {},\n "tags": { "x": "Größe" } }`, 'latin1'))).toBe(
      'config/dev.json must be UTF-8, got another encoding, in line 3. Save it as UTF-8, in ' +
        'PowerShell with `Set-Content -Encoding utf8`.',
    );
  });

  test('two marks are one too many', () => {
    expect(refusal(`${MARK}${MARK}${GOOD}`)).toMatch(
      /^config\/dev.json must be JSON, got: Unexpected/,
    );
  });
});

describe('The size and depth of a stage file', () => {
  const deep = (open: string, close: string) => (times: number) =>
    `{ "caches": {\n "a": ${open.repeat(times)}1${close.repeat(times)} } }`;
  const nested =
    'config/dev.json must be nested at most 40 deep, got more in line 2. Remove what ' +
    'is nested there.';

  test.each([
    ['lists', deep('[', ']')],
    ['objects', deep('{"a":', '}')],
  ])('%s in each other are counted, and refused past 40', (_, text) => {
    expect(refusal(text(38))).toMatch(/^config\/dev.json: caches.a/);
    for (const times of [39, 1000, 150_000]) expect(refusal(text(times))).toBe(nested);
  });

  test('brackets in a text are none', () => {
    expect(refusal(`{ "caches": { "${'[{\\"'.repeat(50)}": {} } }`)).toMatch(/ must be a name of /);
  });

  test('past a megabyte', () => {
    const text = `{ "caches": { "a": {} }, "tags": { "x": "${'y'.repeat(1024 ** 2)}" } }`;
    expect(refusal(text)).toBe(
      `config/dev.json must be at most 1048576 bytes, got ${text.length}. Split it into stages.`,
    );
  });

  test('a megabyte of one value is quoted in part', () => {
    for (const character of ['y', '\\n', '\\\\']) {
      const value = character.repeat(1_000_000 / character.length);
      const line = refusal(`{ "caches": { "a": {} }, "tags": { "x": "${value}" } }`);
      expect(line.length).toBeLessThan(600);
      expect(line).toMatch(
        /^config\/dev.json: tags\.x must be .*, got "(y|\\).*… \(\d+ characters\)\. Change it/,
      );
    }
  });

  test('many problems are reported in part', () => {
    const caches = Object.fromEntries(Array.from({ length: 60_000 }, (_, at) => [`a${at}`, 1]));
    const lines = refusal(JSON.stringify({ caches })).split('\n');
    expect(lines).toHaveLength(201);
    expect(lines.at(-1)).toBe('config/dev.json has 59800 problems more; correct these first');
  });
});

describe('Names that every object of JavaScript has', () => {
  const NAMES = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'];

  test.each(NAMES)('%s is no setting, wherever it stands', (name) => {
    const it = `"${name}": { "port": 7000 }`;
    const lines = refusal(
      `{ ${it}, "caches": { "a": { ${it}, "topology": { ${it} }, "alarms": { ${it} } } },` +
        ` "defaults": { ${it} }, "shared": { ${it}, "network": { ${it} } } }`,
    ).split('\n');
    const where = ['', 'caches.a.', 'caches.a.topology.', 'caches.a.alarms.', 'defaults.'];
    const paths = [...where, 'shared.', 'shared.network.'].map((path) => `${path}${name}`);
    expect(lines.map((line) => line.split(' ')[1]).sort()).toStrictEqual(paths.sort());
    for (const line of lines) expect(line).toMatch(/ must be a setting, one of \w+, /);
  });

  test.each(NAMES)('%s is no name of a cache', (name) => {
    const text = `{ "caches": { "${name}": {} } }`;
    expect(refusal(text)).toMatch(/^config\/dev.json: caches\.\w+ must be a name of /);
  });

  test('as a tag they are tags', () => {
    const tags = `"tags": { ${NAMES.map((name) => `"${name}": "x"`).join()} }`;
    const config = read(`{ ${tags}, "caches": { "a": { ${tags} } } }`);
    expect(Object.keys(config.tags)).toEqual(NAMES);
    const app = new App();
    new Fleet(app, 'Fleet', config);
    const [stack] = app.synth().stacks;
    const vpc = Object.values<{ Type: string; Properties?: { Tags?: { Key: string }[] } }>(
      stack?.template.Resources,
    ).find(({ Type }) => Type === 'AWS::EC2::VPC');
    expect(vpc?.Properties?.Tags?.map(({ Key }) => Key)).toEqual(expect.arrayContaining(NAMES));
  });
});
