/**
 * The table of docs/operate.md, Changes: makes each change in a stage file and compares what synth
 * says with the row.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compared, made, recorded } from '../support/baselines';

const OPERATE = readFileSync(join(__dirname, '../../docs/operate.md'), 'utf8');

/** The cells of each row. */
const rows = OPERATE.split('\n## Changes\n')[1]
  ?.split('\n## ')[0]
  ?.split('\n')
  .filter((line) => line.startsWith('| '))
  .slice(1)
  .map((line) => line.slice(2, -2).split(' | '));

const LARGE = { nodeType: 'cache.r7g.large' };
const SHARDS = { ...LARGE, topology: { shards: 3 } };
const DURABLE = { ...SHARDS, engine: 'valkey-9.0' };
const USERS = { app: { role: 'readWrite', keys: ['app:*'] } };
const IAM = (name: string) => ({ [name]: { role: 'readOnly', login: 'iam' } });
const BLOCKING = { engine: 'valkey-7.2', blockedCommands: ['FLUSHALL', 'SWAPDB'] };

/** Per row: the settings of a cache before, and after each change that the row covers. */
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
  '`shards`, changed alone': [
    SHARDS,
    { ...LARGE, topology: { shards: 2 } },
    { ...LARGE, topology: { shards: 5 } },
  ],
  '`shards` with any other change': [SHARDS, { topology: { shards: 4 }, snapshotRetentionDays: 9 }],
  '`shards`, from none or to none': [LARGE, SHARDS],
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
  '`access`, between one password and users': [{}, { access: { users: USERS } }],
  '`access`, an IAM user removed or renamed': [
    { access: { users: { ...USERS, ...IAM('audit') } } },
    { access: { users: USERS } },
    { access: { users: { ...USERS, ...IAM('report') } } },
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

/** The line that synth prints, per text of the table's last cell. */
const SAID: readonly (readonly [cell: RegExp, line: RegExp])[] = [
  [/^refused: create a second cache$/, /Make a second cache beside this one/],
  [/^refused: move to a second cache$/, /move the clients to a second cache \(docs\/move-to-users/],
  [/^refused: two deploys$/, /Deploy twice: first /],
  [/^refused, unless `allowReplacement` names it$/, /add "\w+" to `caches.jobs.allowReplacement`/],
  [/^refused, unless `allowReplacement` names the stack$/, / to `allowReplacement` if it is meant/],
  [/^refused, unless `allowRotation`$/, /set `caches.jobs.allowRotation` to true/],
  [
    /^look: a change set says which$/,
    /^look: .*AWS's sources disagree: .*--method=prepare-change-/,
  ],
  [/^look: the command is no longer blocked$/, /^look: .* would no longer be blocked/],
];

function expectSaid(cell: string, lines: readonly string[]): void {
  if (cell === 'nothing') {
    expect(lines).toStrictEqual([]);
    return;
  }
  const [, line = /^$/] = SAID.find(([pattern]) => pattern.test(cell)) ?? [];
  expect(lines).toStrictEqual([expect.stringMatching(line)]);
}

describe('The table of changes agrees with synth', () => {
  test('it has one row per tested change', () => {
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
