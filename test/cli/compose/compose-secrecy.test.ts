/** No format of `verify --compose` prints any text of a password that is in a file. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Screen } from '../../../cli/terminal/screen';
import { answerOf } from '../../../cli/verify/report/answer';
import type { ReportOptions } from '../../../cli/verify/report/report-options';
import { linesOf, serviceOf } from '../../support/compose-lines';
import { temporaryFolder } from '../../support/temporary-folder';

const SENTINEL = 'Qx7zvKSECRETTAIL';
const FORMATS: readonly (ReportOptions['format'] | 'text')[] = ['text', 'junit', 'sarif'];

/** All that any format prints. */
function printedOf(compose: string, files: Readonly<Record<string, string>>): string {
  const lines = linesOf(compose, files);
  return FORMATS.map((format) => {
    const output = join(temporaryFolder('report'), 'report');
    const answer = answerOf(
      lines,
      { json: false, strict: false, ...(format === 'text' ? {} : { format, output }) },
      { target: 'compose.yaml', screen: new Screen(true), knownIds: [], nowMs: 0 },
    );
    return JSON.stringify([answer, format === 'text' ? '' : readFileSync(output, 'utf8')]);
  }).join('\n');
}

describe('No format has a text of a password', () => {
  test.each<[string, Readonly<Record<string, string>>?]>([
    [`command: [redis-server, --requirepass, "Abcd$${SENTINEL}!x"]`],
    [`command: [redis-server, --requirepass, "$${SENTINEL}"]`],
    [`command: [redis-server, --requirepass, "Ab\${${SENTINEL}}!x"]`],
    [`command: [redis-server, --requirepass, "Ab\${X:-${SENTINEL}}$${SENTINEL}"]`],
    [`command: redis-server --requirepass ab$${SENTINEL}`],
    [`command: redis-server --requirepass $$${SENTINEL}`],
    [`command: sh -c 'redis-server --requirepass "$$${SENTINEL}"'`],
    [`command: sh -c 'redis-server --requirepass "$${SENTINEL}"'`],
    [`entrypoint: [redis-server, --user, "default on >a$${SENTINEL}"]`],
    [`command: [redis-server, --masterauth, "$${SENTINEL}"]`],
    [`command: redis-server --user default on >${SENTINEL} ~* +@all`],
    [`environment: { REDIS_PASSWORD: "a$${SENTINEL}" }`],
    [`environment: ["REDISCLI_AUTH: ${SENTINEL}"]`],
    [`environment: { "REDISCLI_AUTH=${SENTINEL}": }`],
    [`environment: ['REDIS_PASSWORD="${SENTINEL}"']`],
    [`environment: { REDIS_URL: "redis://:a$${SENTINEL}@redis" }`],
    [`healthcheck: { test: "redis-cli -a a$${SENTINEL} ping" }`],
    [`healthcheck: { test: [CMD, redis-cli, -a, "$$${SENTINEL}", ping] }`],
    [`healthcheck: { test: [CMD, redis-cli, -u, "redis://:${SENTINEL}@localhost", ping] }`],
    [`command: [redis-server, --requirepass, "$P"]`, { '.env': `P=a$${SENTINEL}\n` }],
    [
      `command: redis-server /etc/r.conf\nvolumes: [".:/etc"]`,
      { 'r.conf': `requirepass ${SENTINEL}` },
    ],
    [`labels: { password: |${SENTINEL} }`],
    [`labels:\n  password: |${SENTINEL}`],
    [`labels:\n  password: >${SENTINEL}`],
    [`labels: { password: !e!${SENTINEL} x, other: *${SENTINEL} }`],
  ])('%s', (lines, files = {}) => {
    const printed = printedOf(serviceOf(lines), files);
    expect(printed).toContain('compose-');
    for (const part of [SENTINEL, 'Qx7z', 'SECRETTAIL']) expect(printed).not.toContain(part);
  });
});
