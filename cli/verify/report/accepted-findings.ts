/**
 * Reads the file of `--accepted`: findings of `verify` that a team accepts, each with its reason
 * and the last day on which it is accepted.
 */

import { nearest } from '../../../contract/nearest';
import { CliError } from '../../aws/cloud';
import { jsonOf } from '../../template/json-file';
import { printable } from '../../terminal/printable';

export interface AcceptedFinding {
  /** The id of a line of `verify`. */
  readonly id: string;
  readonly reason: string;
  /** The last day on which it is accepted, in UTC: `2027-03-31`. */
  readonly until: string;
  /** Accepted only there, as the report names it: `redis.internal:6380`. Default: everywhere. */
  readonly target?: string;
}

/** What a member must be, and what to do otherwise. */
interface MemberRule {
  readonly allowed: string;
  readonly advice: string;
  readonly accepts: (value: unknown) => boolean;
}

const EXAMPLE =
  '[{"id": "maxmemory-set", "reason": "small data, on a host of its own", "until": "2027-03-31"}]';
const ENTRIES_MAX = 1_000;

const MEMBERS: Readonly<Record<keyof AcceptedFinding, MemberRule>> = {
  id: {
    allowed: 'the id of a line of the report',
    advice: 'Copy it from there.',
    accepts: isText,
  },
  reason: { allowed: 'a text', advice: 'Say why the finding is accepted.', accepts: isText },
  until: {
    allowed: 'a date such as 2027-03-31',
    advice: 'Write the last day on which it is accepted.',
    accepts: isDate,
  },
  target: {
    allowed: 'the target that the report names first, such as redis.internal:6380',
    advice: 'Copy it from there, or remove it for every target.',
    accepts: (value) => value === undefined || isText(value),
  },
};
const NAMES = Object.keys(MEMBERS) as readonly (keyof AcceptedFinding)[];

/** @throws CliError with a line per problem, each with the file and the entry, counted from 1 */
export function acceptedFindings(file: string): readonly AcceptedFinding[] {
  const given = jsonOf(
    file,
    '--accepted must be a JSON file',
    `Name a file like ${EXAMPLE}.`,
  ) as unknown;
  if (!Array.isArray(given)) {
    throw new CliError(`${file} must be a list of entries, got ${shown(given)}. Write ${EXAMPLE}.`);
  }
  if (given.length > ENTRIES_MAX) {
    throw new CliError(
      `${file} must have at most ${ENTRIES_MAX} entries, got ${given.length}. Accept less.`,
    );
  }
  const problems = given.flatMap((entry, index) => problemsOf(entry, `${file}: ${index + 1}`));
  if (problems.length > 0) throw new CliError(problems.join('\n'));
  return given;
}

function problemsOf(entry: unknown, path: string): readonly string[] {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) {
    return [`${path} must be an object, got ${shown(entry)}. Write ${EXAMPLE.slice(1, -1)}.`];
  }
  const values = entry as Readonly<Record<string, unknown>>;
  const unknown = Object.keys(values).filter((name) => !(NAMES as string[]).includes(name));
  return [
    ...unknown.map((name) => unknownMember(path, name)),
    ...NAMES.flatMap((name) => {
      const { allowed, advice, accepts } = MEMBERS[name];
      const value = Object.hasOwn(values, name) ? values[name] : undefined;
      if (accepts(value)) return [];
      return [`${path}.${name} must be ${allowed}, got ${shown(value)}. ${advice}`];
    }),
  ];
}

function unknownMember(path: string, name: string): string {
  const near = nearest(name, NAMES);
  const advice = near === undefined ? 'Remove it.' : `Rename it to \`${near}\`.`;
  return `${path} must have only ${NAMES.join(', ')}, got ${shown(name)}. ${advice}`;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
}

/** Whether it is a day of the calendar: 2026-02-30 is none. */
function isDate(value: unknown): boolean {
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(value)) return false;
  const ms = Date.parse(`${value}T00:00:00Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(value);
}

const SHOWN_MAX = 80;

function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = printable(JSON.stringify(value));
  return text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}…` : text;
}
