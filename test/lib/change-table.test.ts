/**
 * Makes each change of the table in docs/operate.md, Changes, in a stage file, and compares what
 * the synth says with what the table says.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compared, made, recorded } from '../support/baselines';

const OPERATE = readFileSync(join(__dirname, '../../docs/operate.md'), 'utf8');

/** The cells of a table's rows. Of a cell that lists settings, the text stays whole. */
const rows = OPERATE.split('\n## Changes\n')[1]
  ?.split('\n## ')[0]
  ?.split('\n')
  .filter((line) => line.startsWith('| '))
  .slice(1)
  .map((line) => line.slice(2, -2).split(' | '));

const LARGE = { nodeType: 'cache.r7g.large' };
const SHARDS = { ...LARGE, topology: { shards: 3 } };
const DURABLE = { ...SHARDS, engine: 'valkey-9.0' };
const BLOCKING = { engine: 'valkey-7.2', blockedCommands: ['FLUSHALL', 'SWAPDB'] };

/** By the row's first cell: the settings of a cache before, and each that the row stands for. */
const CHANGES: Readonly<Record<string, readonly [before: object, ...after: object[]]>> = {
  '`nodeType`, without `r6gd`': [{}, LARGE],
  '`engine`, a newer version': [{}, { engine: 'valkey-8.1' }, { engine: 'valkey-9.0' }],
  '`engine`, an older version': [{}, { engine: 'valkey-7.2' }],
  '`engine`, Redis OSS to Valkey': [{ engine: 'redis-7.1' }, { engine: 'valkey-8.0' }],
  '`engine`, Valkey to Redis OSS': [{}, { engine: 'redis-7.1' }],
  '`durability`': [DURABLE, { ...DURABLE, durability: 'sync' }],
  '`replicas`, from 1 on': [{}, { topology: { replicas: 3 } }],
  '`replicas`, the first': [{ topology: { replicas: 0 } }, { topology: { replicas: 2 } }],
  '`replicasPerShard`': [SHARDS, { ...LARGE, topology: { shards: 3, replicasPerShard: 2 } }],
  '`shards`': [
    SHARDS,
    { ...LARGE, topology: { shards: 2 } },
    { ...LARGE, topology: { shards: 5 } },
  ],
  '`shards` with anything else': [SHARDS, { topology: { shards: 4 }, snapshotRetentionDays: 9 }],
  '`shards`, the first or none at all': [LARGE, SHARDS],
  '`port`, `restoreFrom`, `replicationGroupId`, `r6gd`': [
    {},
    { port: 7000 },
    { restoreFrom: { snapshot: 'old' } },
    { replicationGroupId: 'jobs' },
    { nodeType: 'cache.r6gd.xlarge' },
  ],
  '`rotationDays`, `rotationSchedule`, `rotationWindowHours`': [
    {},
    { rotationDays: 30 },
    { rotationWindowHours: 1 },
    { rotationSchedule: { weekday: 'tue', hour: 9 } },
  ],
  '`blockedCommands`, one fewer': [BLOCKING, { ...BLOCKING, blockedCommands: ['SWAPDB'] }],
  '`gracePeriodDays`, `alarms`, `tags`, windows': [
    {},
    {
      gracePeriodDays: 3,
      alarms: { memoryPercent: 50 },
      tags: { team: 'red' },
      snapshotWindow: '06:00-07:00',
    },
  ],
};

/** What a line of the synth begins with or has, by how the table's last cell begins. */
const SAID: readonly (readonly [cell: RegExp, line: RegExp])[] = [
  [/^refused: a second cache beside it$/, /Make a second cache beside this one/],
  [/^refused: two deploys$/, /Deploy twice: first /],
  [/^refused, unless `allowReplacement` names it$/, /add "\w+" to `caches.jobs.allowReplacement`/],
  [/^refused, unless `allowReplacement` names the stack$/, / to `allowReplacement` if it is meant/],
  [/^refused, unless `allowRotation`$/, /set `caches.jobs.allowRotation` to true/],
  [
    /^look: a change set says which$/,
    /^look: .*AWS's sources disagree: .*--method=prepare-change-/,
  ],
  [/^look: the command that is no longer blocked$/, /^look: .* would no longer be blocked/],
];

function expectSaid(cell: string, lines: readonly string[]): void {
  if (cell === 'nothing') {
    expect(lines).toStrictEqual([]);
    return;
  }
  const [, line = /^$/] = SAID.find(([pattern]) => pattern.test(cell)) ?? [];
  expect(lines).toStrictEqual([expect.stringMatching(line)]);
}

describe('The table of changes says what the synth says', () => {
  test('it has a row for each change that is tried, and no other', () => {
    expect(rows?.map(([change]) => change)).toStrictEqual([
      ...Object.keys(CHANGES),
      'the cache is removed',
    ]);
  });

  test.each(Object.entries(CHANGES))('%s', (change, [before, ...afters]) => {
    const cell = rows?.find(([each]) => each === change)?.[2] ?? '';
    const file = recorded(made({ jobs: before }));
    expect(afters.length).toBeGreaterThan(0);
    for (const after of afters) expectSaid(cell, compared(file, made({ jobs: after })));
  });

  test('the cache is removed', () => {
    const cell = rows?.find(([each]) => each === 'the cache is removed')?.[2] ?? '';
    expectSaid(cell, compared(recorded(made({ jobs: {}, web: {} })), made({ web: {} })));
  });
});
