/**
 * Findings on compose files of the shapes of public ones, typed at the head of each file; files
 * that are right have none.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { linesOfCompose } from '../../../cli/verify/compose/lines-of-compose';
import type { Verdict } from '../../../cli/verify/line';

const FOLDER = join(__dirname, 'compose-files');
const FILES = readdirSync(FOLDER).filter((each) => each.endsWith('.yaml'));
const DAY = new Date('2026-11-28T00:00:00Z');

/** `# fails: …` and `# cannot tell: …` at the head of a file, which go on in indented lines. */
function typedIn(text: string, what: string): readonly string[] {
  const [, ids = ''] = new RegExp(`^# ${what}:(.*(?:\n# {3}.*)*)`, 'm').exec(text) ?? [];
  return ids
    .replaceAll('#', ' ')
    .split(/\s+/)
    .flatMap((id) => (id === '' ? [] : [`compose-${id}`]))
    .sort();
}

function idsOf(file: string, verdict: Verdict): readonly string[] {
  return linesOfCompose(join(FOLDER, file), DAY)
    .filter((each) => each.verdict === verdict)
    .map(({ id }) => id)
    .sort();
}

describe('Each compose file has the findings that are typed in it', () => {
  test('in more than twenty files', () => {
    expect(FILES.length).toBeGreaterThan(20);
  });

  test.each(FILES)('%s', (file) => {
    const text = readFileSync(join(FOLDER, file), 'utf8');
    expect(text).toMatch(/^# .*\n# fails:/);
    expect({
      fails: idsOf(file, 'fail'),
      cannotTell: idsOf(file, 'cannot tell'),
    }).toEqual({ fails: typedIn(text, 'fails'), cannotTell: typedIn(text, 'cannot tell') });
  });
});

describe('No line has a password of a file in it', () => {
  test.each(FILES)('%s', (file) => {
    const printed = JSON.stringify(linesOfCompose(join(FOLDER, file), DAY));
    expect(printed).not.toMatch(/example123456|E!r%|my_?password|"123456|Gxyz.*Gxyz|5e884898/);
  });
});

describe('The place of a finding is its line', () => {
  test.each<[file: string, id: string, line: number]>([
    ['dify.yaml', 'compose-password-not-in-command', 14],
    ['dify.yaml', 'compose-password-not-in-environment', 11],
    ['dify.yaml', 'compose-port-loopback', 16],
    ['dify.yaml', 'compose-health-check', 18],
    ['dify.yaml', 'compose-exact-image', 8],
    ['zulip.yaml', 'compose-text-kept', 16],
    ['stack.yaml', 'compose-port-loopback', 12],
    ['host.yaml', 'compose-port-loopback', 8],
    ['host.yaml', 'compose-supported-engine', 7],
    ['plane.yaml', 'compose-password-required', 13],
  ])('%s: %s in line %d', (file, id, line) => {
    const found = linesOfCompose(join(FOLDER, file), DAY).find((each) => each.id === id);
    expect([found?.verdict, found?.place?.line]).toEqual(['fail', line]);
  });
});
