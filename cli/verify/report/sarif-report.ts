/**
 * The report as SARIF 2.1.0, for code scanning: a result per failure. What passes is left out,
 * since GitHub shows an alert for each result; what cannot be told is a notification of the run.
 *
 * https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */

import { createHash } from 'node:crypto';
import { pathToFileURL } from 'node:url';
import PACKAGE from '../../../package.json';
import type { JudgedLine } from './judged-lines';
import { acceptanceOf, type VerifyReport } from './report';

const SCHEMA = 'https://json.schemastore.org/sarif-2.1.0.json';
const HELP = 'https://github.com/cdk-secure-redis/cdk-secure-redis/blob/main/docs/verify.md';

export function sarifReport({ target, nowMs, lines, notes, exitCode }: VerifyReport): object {
  const ids = Array.from(new Set(lines.map(({ id }) => id)));
  const told = lines.filter(({ judgement }) => judgement === 'cannot tell');
  const results = lines.filter(({ judgement }) => ['fail', 'accepted'].includes(judgement));
  return {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'secure-redis verify',
            semanticVersion: PACKAGE.version,
            informationUri: HELP,
            rules: ids.map((id) => ruleOf(lines.find((line) => line.id === id) as JudgedLine)),
          },
        },
        // GitHub keeps alerts of several targets apart by it.
        automationDetails: { id: `verify/${target}/` },
        invocations: [
          {
            executionSuccessful: true,
            exitCode,
            endTimeUtc: new Date(nowMs).toISOString(),
            toolExecutionNotifications: told.map(({ id, claim, evidence }) => ({
              level: 'note',
              message: message(`cannot tell whether ${claim}: ${evidence}`),
              associatedRule: { id, index: ids.indexOf(id) },
            })),
            toolConfigurationNotifications: notes.map((note) => ({
              level: 'warning',
              message: message(note),
            })),
          },
        ],
        results: results.map((line) => resultOf(line, target, ids.indexOf(line.id))),
      },
    ],
  };
}

function ruleOf({ id, claim, fix = 'See the documentation.' }: JudgedLine): object {
  return {
    id,
    shortDescription: message(claim),
    fullDescription: message(claim),
    help: message(fix),
    helpUri: HELP,
    defaultConfiguration: { level: 'error' },
    properties: { tags: ['security', 'redis'] },
  };
}

function resultOf(line: JudgedLine, target: string, ruleIndex: number): object {
  const { id, claim, evidence, fix, place, acceptedBy } = line;
  const failing = `not true: ${claim}. Seen: ${evidence}.`;
  const uri = place === undefined ? `redis/${encodeURIComponent(target)}` : uriOf(place.file);
  return {
    ruleId: id,
    ruleIndex,
    level: 'error',
    message: message([failing, fix].filter(Boolean).join(' ')),
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri },
          region: { startLine: place?.line ?? 1 },
        },
        logicalLocations: [{ fullyQualifiedName: target, kind: 'resource' }],
      },
    ],
    // By it, GitHub finds an alert again: a line of a file moves.
    partialFingerprints: { primaryLocationLineHash: `${hashOf(id, target, uri)}:1` },
    ...(acceptedBy === undefined
      ? {}
      : {
          suppressions: [
            { kind: 'external', status: 'accepted', justification: acceptanceOf(line) },
          ],
        }),
  };
}

/** GitHub shows only results in files, whose paths are relative to the repository. */
function uriOf(file: string): string {
  if (file.startsWith('/')) return pathToFileURL(file).href;
  return file.split(/[/\\]/).map(encodeURIComponent).join('/');
}

function hashOf(...parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 16);
}

/** A message without links and placeholders, which evidence of a hostile server could hold. */
function message(text: string): { readonly text: string } {
  return { text: text.replaceAll('](', '] (').replace(/\{(?=\d)/g, '{ ') };
}
