/**
 * Compares the stateful resources of the last release with today's: the effects of an upgrade of
 * the library alone, and whether the CHANGELOG announces them.
 *
 * The effects come from the engine behind the baseline (`lib/fleet/change-effects.ts`).
 */

import { Password } from '../../contract/password';
import { printCredentials } from '../../contract/secret-json';
import type { Baseline } from '../../lib/fleet/baseline';
import { STACK } from '../../lib/fleet/baseline';
import { effectsOf, type Replacement } from '../../lib/fleet/change-effects';
import { asJson } from '../../lib/fleet/replaces';
import { SCHEDULE, SECRET } from '../../lib/fleet/update-table';

/** Something that an upgrade would do, and that its users must be able to read beforehand. */
export interface Finding {
  readonly stackName: string;
  readonly logicalId: string;
  readonly type: string;
  readonly text: string;
}

/** A release before the first one: the CHANGELOG has no date yet. */
export const NO_RELEASE = 'none';

export function findingsOf(before: Baseline, now: Baseline): readonly Finding[] {
  const changed = now.changesSince(before).flatMap((change): readonly Finding[] => {
    const { replacements, refusals, rotation, notices } = effectsOf(change);
    const { stackName, logicalId, type } = change;
    const finding = (text: string) => ({ stackName, logicalId, type, text });
    const disputed = notices.filter(({ isDisputed }) => isDisputed);
    return [
      ...replacements.map((each) => finding(replacementText(each))),
      ...refusals.map(({ text }) => finding(`the deploy fails: ${text}`)),
      ...disputed.map(({ text }) => finding(`it may be replaced: ${text}`)),
      ...Object.entries(rotation?.properties ?? {}).map(([name, { was, now: is }]) =>
        finding(`it rotates at once: ${name} was ${asJson(was)}, is ${asJson(is)}`),
      ),
    ];
  });
  return [...changed, ...newSchedules(before, now)];
}

/** The secret string that the function writes, for a password and endpoints that never change. */
export function writtenSecret(): string {
  const password = Password.of('Aa0-'.repeat(16));
  const at = { host: 'primary.example', readerHost: 'reader.example', port: 6380 };
  return printCredentials('default', password, at);
}

/** The next rotation writes it so. Its applications read the fields by name. */
export function secretFindings(before: string, now: string): readonly Finding[] {
  if (before === now) return [];
  const text = `its fields change at the next rotation: ${before} was written, now ${now}`;
  const where = { stackName: 'every stack', logicalId: 'CacheSecretsCredentials' };
  return [{ ...where, type: SECRET, text }];
}

/** A schedule that is created rotates its secret at once. */
function newSchedules(before: Baseline, now: Baseline): readonly Finding[] {
  const isNew = { text: 'it rotates at once: the schedule was not there' };
  return before
    .changesSince(now)
    .filter(({ type, properties }) => type === SCHEDULE && properties === undefined)
    .map(({ stackName, logicalId, type }) => ({ stackName, logicalId, type, ...isNew }));
}

function replacementText({ type, property, was, now }: Replacement): string {
  if (property === undefined) {
    return type === STACK ? 'the stack goes' : 'it goes: deleted, or left behind without its stack';
  }
  const effect = type === SECRET ? 'its value may be set again' : 'it is replaced';
  return `${effect}: ${property} was ${asJson(was)}, is ${asJson(now)}`;
}

interface Chapter {
  /** `0.2.0`, without the date behind it. */
  readonly version: string;
  readonly isReleased: boolean;
  /** Each item under the heading *Upgrading*, on one line. */
  readonly upgrading: readonly string[];
}

function chaptersOf(changelog: string): readonly Chapter[] {
  return `\n${changelog}`
    .split('\n## ')
    .slice(1)
    .map((text) => {
      const [heading = ''] = text.split('\n');
      const [version = '', date = ''] = heading.split(', ');
      const [, section = ''] = text.split(/\n### Upgrading *\n/);
      const [items = ''] = section.split(/\n#+ /);
      const upgrading = `\n${items}`.split(/\n[*-] /).slice(1);
      return {
        version,
        isReleased: /^\d{4}-\d\d-\d\d$/.test(date.trim()),
        upgrading: upgrading.map((item) => item.replaceAll(/\s+/g, ' ')),
      };
    });
}

/** The newest version that has a date in the CHANGELOG. */
export function lastRelease(changelog: string): string {
  return chaptersOf(changelog).find(({ isReleased }) => isReleased)?.version ?? NO_RELEASE;
}

/**
 * The findings of which no item under *Upgrading*, in a chapter newer than the release, names the
 * resource by its logical id, or its kind by the type.
 */
export function unannounced(
  findings: readonly Finding[],
  changelog: string,
  release: string,
): readonly string[] {
  const chapters = chaptersOf(changelog);
  const end = chapters.findIndex(({ version }) => version === release);
  const newer = end < 0 ? chapters : chapters.slice(0, end);
  const items = newer.flatMap(({ upgrading }) => upgrading);
  return findings
    .filter(({ logicalId, type }) => !items.some((item) => names(item, [logicalId, type])))
    .map(
      ({ stackName, logicalId, type, text }) =>
        `${stackName}: ${type} ${logicalId}: ${text}. Undo the change, or name ` +
        `\`${logicalId}\` or \`${type}\` under "### Upgrading" in CHANGELOG.md.`,
    );
}

function names(item: string, words: readonly string[]): boolean {
  const found = item.match(/[\w:-]+/g) ?? [];
  // A sentence may end with the name, or go on after a colon.
  return found.some((word) => words.includes(word.replace(/:+$/, '')));
}
