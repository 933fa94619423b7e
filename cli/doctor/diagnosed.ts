/** What `doctor` answers: a healthy server, a failure of its table, or an unknown one. */

import { release } from 'node:os';
import PACKAGE from '../../package.json';
import type { CommandResult, Screen } from '../terminal/screen';
import { FAILURES, type FailureId } from './failures/failures';

export interface Diagnosed {
  /** Absent for an error text. Without a secret. */
  readonly server?: string;
  /** The failure; `unknown` if the table has none for what was seen. */
  readonly state: 'healthy' | 'failure' | 'unknown';
  readonly id?: FailureId;
  /** What was seen. Never a secret. */
  readonly evidence: readonly string[];
  /** Other failures that the same text tells, or that it can be as well. */
  readonly also?: readonly FailureId[];
  /** What was checked and is right. */
  readonly checked?: readonly string[];
  /** What is no failure, but should be known. */
  readonly notes?: readonly string[];
}

/** What a report of an unknown failure needs. */
const TO_SEND = [
  'the output of this command with --json, which has no secret',
  'name and version of the client library, and of the server (`INFO server`)',
  'the first line of the error, with every password replaced',
];

export function answerOfDoctor(diagnosed: Diagnosed, screen: Screen): CommandResult {
  const { state, server, evidence, checked = [], notes = [], also = [] } = diagnosed;
  const failure = FAILURES.find(({ id }) => id === diagnosed.id);
  const lines = [
    headline(diagnosed, screen),
    ...field('seen', evidence),
    ...field('cause', failure ? [failure.cause] : []),
    ...field('fix', failure?.fix ?? []),
    ...field('more', failure ? [failure.link] : []),
    ...field(
      'also',
      also.map((id) => `${id}: ${whatOf(id)}`),
    ),
    ...field('checked', checked),
    ...field('note', notes).map((line) => screen.styled('yellow', line)),
    ...field('send', state === 'unknown' ? [...TO_SEND, `to ${PACKAGE.bugs.url}`] : []),
  ];
  const { what, cause, fix, link } = failure ?? {};
  return {
    exitCode: state === 'healthy' ? 0 : 1,
    lines,
    json: {
      state,
      ...(server === undefined ? {} : { server }),
      ...(failure ? { failure: { id: failure.id, what, evidence, cause, fix, link } } : {}),
      ...(failure ? { also } : { evidence }),
      checked,
      notes,
      ...(state === 'unknown' ? { versions: versions() } : {}),
    },
  };
}

function headline({ state, id, server }: Diagnosed, screen: Screen): string {
  const at = server === undefined ? '' : ` (${server})`;
  if (state === 'healthy') return screen.styled('green', `healthy${at}`);
  if (id === undefined) return screen.styled('red', `unknown: doctor does not know this${at}`);
  return screen.styled('red', `${id}: ${whatOf(id)}${at}`);
}

function whatOf(id: FailureId): string {
  return FAILURES.find((each) => each.id === id)?.what ?? '';
}

const LABEL_COLUMNS = 9;

/** A label before the first line, and the other lines below it. */
function field(label: string, lines: readonly string[]): readonly string[] {
  return lines.map((line, at) => `  ${(at === 0 ? label : '').padEnd(LABEL_COLUMNS)}${line}`);
}

function versions() {
  return {
    package: PACKAGE.version,
    node: process.version,
    openssl: process.versions.openssl,
    system: `${process.platform} ${release()}`,
  };
}
