/**
 * Proves about `npx secure-redis env --file` that a file which is not UTF-8, or a disk that is
 * full, costs no byte of what is there.
 */

import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { localForAll } from '../support/local-for-all';
import { runCli } from '../support/run-cli';
import { temporaryFolder } from '../support/temporary-folder';

const local = localForAll({ isRotated: true });
let folder: string;

beforeEach(() => {
  folder = temporaryFolder('dotenv');
});

const env = (...args: readonly string[]) =>
  runCli(local().deployment.plane, ['env', '--cache', 'test', ...args], { HOME: folder });

const LATIN1 = Buffer.from('COLOUR=bl\xe9u\n', 'latin1');

describe('A file that is not UTF-8 is refused, and every byte of it stays', () => {
  test.each<[string, Buffer, RegExp]>([
    ['Latin-1', LATIN1, /got bytes that are not UTF-8, such as Latin-1; it was not changed\. Save/],
    ['half of a character', Buffer.from([0x41, 0x3d, 0xe2, 0x82]), /got bytes that are not UTF-8/],
    ['an overlong form', Buffer.from([0x41, 0x3d, 0xc0, 0xaf]), /got bytes that are not UTF-8/],
    ['a surrogate', Buffer.from([0x41, 0x3d, 0xed, 0xa0, 0x80]), /got bytes that are not UTF-8/],
    ['a byte order mark', Buffer.from('\ufeffCOLOUR=blue\n'), /got UTF-8 with a byte order mark/],
    ['UTF-16', Buffer.from('\ufeffCOLOUR=blue\n', 'utf16le'), /got UTF-16, little endian/],
    [
      'UTF-16 without a mark',
      Buffer.from('COLOUR=blue\n', 'utf16le'),
      /got a NUL byte at offset 1/,
    ],
    [
      'UTF-16, big endian',
      Buffer.from('\ufeffCOLOUR=blue\n', 'utf16le').swap16(),
      /got UTF-16, big endian/,
    ],
    ['a NUL', Buffer.from('COLOUR=\0blue\n'), /got a NUL byte at offset 7/],
  ])('%s', async (_, bytes, message) => {
    const file = join(folder, '.env');
    writeFileSync(file, bytes);
    const { code, out, err } = await env('--file', file);
    expect(err).toMatch(message);
    expect(err.trimEnd().split('\n')).toHaveLength(1);
    expect([code, out]).toEqual([2, '']);
    expect(readFileSync(file).equals(bytes)).toBe(true);
    expect(readdirSync(folder)).toEqual(['.env']);
  });

  test('but one with any character that UTF-8 has is kept to the byte', async () => {
    const file = join(folder, '.env');
    const before = 'COLOUR=bléu 🟦\u00a0\n';
    writeFileSync(file, before);
    expect((await env('--file', file)).code).toBe(0);
    expect(readFileSync(file, 'utf8').startsWith(`${before.trimEnd()}\n`)).toBe(true);
  });
});

describe('A disk that is full', () => {
  test('leaves the file as it was, and nothing beside it', async () => {
    const file = join(folder, '.env');
    writeFileSync(file, 'COLOUR=blue\n');
    const stub = join(folder, 'full.cjs');
    // As a disk that fills up in the middle of the file.
    writeFileSync(
      stub,
      "const fs = require('node:fs'); const write = fs.writeFileSync;\n" +
        "fs.writeFileSync = (path, text, how) => { if (!String(path).includes('.env.'))\n" +
        '  return write(path, text, how); write(path, text.slice(0, 9), how);\n' +
        "  throw Object.assign(new Error('no space: ' + text), { code: 'ENOSPC' }); };\n",
    );
    const full = { HOME: folder, NODE_OPTIONS: `--require ${stub}` };
    const args = ['env', '--cache', 'test', '--file', file];
    const { code, out, err } = await runCli(local().deployment.plane, args, full);
    expect(err).toMatch(
      /^\S*\.env cannot be written: ENOSPC, the disk is full; it is unchanged\. F/,
    );
    expect([code, out]).toEqual([2, '']);
    expect(readFileSync(file, 'utf8')).toBe('COLOUR=blue\n');
    expect(readdirSync(folder).sort()).toEqual(['.env', 'full.cjs']);
  });

  test('behind stdout is said in one line, also without a TMPDIR', () => {
    const script = `"$0" "$1" --help > /dev/full`;
    const cli = join(__dirname, '../../bin/secure-redis.cjs');
    const { status, stderr } = spawnSync('sh', ['-c', script, process.execPath, cli], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH, TMPDIR: join(folder, 'nope') },
    });
    expect(stderr).toMatch(/^stdout cannot be written: ENOSPC; send it somewhere else\n$/m);
    expect(status).toBe(2);
  });
});
