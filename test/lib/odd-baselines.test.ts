/**
 * Malformed baselines are refused: emptied, truncated, merged twice or edited. Each would hide a
 * downgrade that the complete file refuses.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { baselineFile } from '../../lib/fleet/baseline';
import { compared, made, recorded } from '../support/baselines';
import { temporaryFolder } from '../support/temporary-folder';

const STACK = 'secure-redis-test-jobs';
const GROUP = 'CacheReplicationGroup5B07CC82';
const WHOLE = readFileSync(recorded(made({ jobs: { engine: 'valkey-8.1' } })), 'utf8');
const DOWN = made({ jobs: { engine: 'valkey-8.0' } });

function saidOf(text: string): { readonly lines: readonly string[]; readonly name: string } {
  const file = baselineFile(temporaryFolder('baseline'), 'test');
  writeFileSync(file, text);
  return { lines: compared(file, DOWN), name: relative('', file) };
}

interface Recorded {
  stacks: Record<string, Record<string, { inPlace?: object }>>;
}

function changed(change: (recorded: Recorded) => void): string {
  const content = JSON.parse(WHOLE);
  change(content);
  return JSON.stringify(content);
}

const advice = 'Take it from version control, or record it again.';

test('the complete file refuses the downgrade', () => {
  expect(saidOf(WHOLE).lines).toStrictEqual([
    expect.stringContaining('EngineVersion must be "8.1" or newer, got "8.0"'),
  ]);
});

test.each<[string, string]>([
  ['an empty object', '{}'],
  ['no stacks', '{"format":2,"stacks":{}}'],
  [
    'a cache without what changes in place',
    changed(({ stacks }) => delete stacks[STACK]?.[GROUP]?.inPlace),
  ],
  [
    'a cache of which that is empty',
    changed(({ stacks }) => Object.assign(stacks[STACK]?.[GROUP] ?? {}, { inPlace: {} })),
  ],
  [
    'a schedule without it',
    changed(({ stacks }) => {
      for (const [id, each] of Object.entries(stacks[STACK] ?? {})) {
        if (id.includes('Schedule')) delete each.inPlace;
      }
    }),
  ],
])('%s is refused', (_, text) => {
  const { lines, name } = saidOf(text);
  expect(lines).toStrictEqual([
    `${name} must be what \`-c baseline=record\` wrote, got another form. ${advice}`,
  ]);
});

test.each<[string, string]>([
  ['an empty stack', changed(({ stacks }) => Object.assign(stacks, { [STACK]: {} }))],
  ['a stack without its cache', changed(({ stacks }) => delete stacks[STACK]?.[GROUP])],
])('%s is refused', (_, text) => {
  const { lines, name } = saidOf(text);
  expect(lines).toStrictEqual([
    `${name} must be what \`-c baseline=record\` wrote, got the stack ${STACK} without its ` +
      `replication group. ${advice}`,
  ]);
});

test.each<[string, string, string]>([
  ['the stacks', WHOLE.replace(/\}\s*$/, ', "stacks": {"x": {}}}'), 'stacks'],
  ['the format', WHOLE.replace('{', '{ "format": 1,'), 'format'],
  ['a stack', WHOLE.replace('"stacks": {', `"stacks": { "${STACK}": {},`), `stacks.${STACK}`],
])('%s twice is refused', (_, text, path) => {
  const { lines, name } = saidOf(text);
  expect(lines).toStrictEqual([expect.stringContaining(`${name}: ${path} must be set once`)]);
});

test('a stack that holds nothing else is recorded empty, and compares', () => {
  const network = {
    vpcId: 'vpc-01234567',
    availabilityZones: ['us-east-1a', 'us-east-1b'],
    isolatedSubnetIds: ['subnet-01234567', 'subnet-89abcdef'],
    endpointSecurityGroupId: 'sg-0e0e0e0e',
  };
  const stage = made({ jobs: { clients: ['sg-0aaaaaaa'] } }, { shared: { network } });
  expect(compared(recorded(stage), stage)).toStrictEqual([]);
});
