/** Lines about a compose file that a test writes. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { linesOfCompose } from '../../cli/verify/compose/lines-of-compose';
import type { VerifyLine } from '../../cli/verify/line';
import { temporaryFolder } from './temporary-folder';

const DAY = new Date('2026-11-28T00:00:00Z');

/** @param files further files by their path beside it, such as `.env` */
export function linesOf(
  compose: string,
  files: Readonly<Record<string, string>> = {},
): readonly VerifyLine[] {
  const folder = temporaryFolder('compose');
  for (const [path, text] of Object.entries({ 'compose.yaml': compose, ...files })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return linesOfCompose(join(folder, 'compose.yaml'), DAY);
}

/** A file with one service, `redis`, of these lines, by default of an image of Redis. */
export function serviceOf(...lines: readonly string[]): string {
  const given = lines.flatMap((each) => each.split('\n'));
  const hasImage = given.some((each) => each.startsWith('image:'));
  const all = [...(hasImage ? [] : ['image: redis:7.4.11-alpine']), ...given];
  return ['services:', '  redis:', ...all.map((each) => `    ${each}`), ''].join('\n');
}

/** The verdict on a claim, which has one line, with its evidence. */
export function verdictOn(
  id: string,
  compose: string,
  files: Readonly<Record<string, string>> = {},
): string {
  const found = linesOf(compose, files).filter((each) => each.id === `compose-${id}`);
  return found.map(({ verdict, evidence }) => `${verdict}: ${evidence}`).join('; ');
}
