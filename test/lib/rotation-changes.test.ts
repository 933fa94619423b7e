/**
 * A change of the rotation schedule, which rotates at once, needs a permission in the stage file; a
 * baseline of an older form is read with a note.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import type { CloudAssembly } from 'aws-cdk-lib/cx-api';
import type { Fleet } from '../../lib';
import { Baseline } from '../../lib/fleet/baseline';
import { compared, made, recorded, type Spoil } from '../support/baselines';

const PLAIN = made({ jobs: {} });
const REPLICATED = recorded(PLAIN);

describe('A change of the rotation schedule rotates at once', () => {
  const SCHEDULE =
    'secure-redis-test-jobs: AWS::SecretsManager::RotationSchedule CacheRotationSchedule54A2ABDA';
  const functionOf = (fleet: Fleet) =>
    fleet.caches.get('jobs')?.node.findChild('Rotation').node.findChild('Function').node
      .defaultChild as CfnFunction;
  const rename: Spoil = (fleet) => functionOf(fleet).addPropertyOverride('FunctionName', 'mine');

  test('it is refused, with what AWS answers, whose grace period ends, and how to allow it', () => {
    const [line, ...rest] = compared(REPLICATED, made({ jobs: { rotationDays: 30 } }));
    expect(rest).toStrictEqual([]);
    expect(line?.replace(/Schedule\w{8} must/, 'Schedule54A2ABDA must')).toBe(
      `${SCHEDULE} must stay RotationRules {"Duration":"2h","ScheduleExpression":"rate(90 days)"}` +
        ', got RotationRules {"Duration":"2h","ScheduleExpression":"rate(30 days)"}: any update ' +
        'of it rotates the password at once. Clients that still use the password before the ' +
        'current one are refused then, though its grace period has not ended. While a rotation ' +
        'is pending the deploy fails with "A previous rotation isn\'t complete. That rotation ' +
        'will be reattempted." and is rolled back. See that none is (`npx secure-redis status ' +
        '--cache secure-redis-test-jobs`), then set `caches.jobs.allowRotation` to true ' +
        '(docs/operate.md, Changes).',
    );
  });

  test.each<[string, object, Spoil | undefined, RegExp]>([
    ['its window', { rotationWindowHours: 1 }, undefined, /RotationRules {"Duration":"1h"/],
    ['another function', {}, rename, /, got RotationLambdaARN.FunctionName "mine"/],
  ])('%s', (_, jobs, spoil, got) => {
    const [line, ...rest] = compared(REPLICATED, made({ jobs }, {}, spoil));
    expect(rest).toStrictEqual([]);
    expect(line).toMatch(got);
    const allowed = made({ jobs: { ...jobs, allowRotation: true } }, {}, spoil);
    expect(compared(REPLICATED, allowed)).toStrictEqual([
      expect.stringMatching(
        /^allowed: .*RotationSchedule \w+: Rotation.*: the password rotates at/,
      ),
    ]);
  });

  test('a permission that is not needed is refused', () => {
    expect(compared(REPLICATED, made({ jobs: { allowRotation: true } }))).toStrictEqual([
      'caches.jobs.allowRotation must be left out while the rotation schedule does not change, ' +
        'got true. Remove it: it would let a later change pass unseen.',
    ]);
  });

  test('the permission of one cache does not hold for another', () => {
    const two = recorded(made({ jobs: {}, web: {} }));
    const lines = compared(two, made({ jobs: { rotationDays: 30 }, web: { allowRotation: true } }));
    expect(lines).toStrictEqual([
      expect.stringMatching(/^secure-redis-test-jobs: .* must stay RotationRules/),
      expect.stringMatching(/^caches.web.allowRotation must be left out/),
    ]);
  });

  test('removing a schedule turns the rotation off, also when another schedule replaces it', () => {
    const at = (id: string) => {
      const Resources = { [id]: { Type: 'AWS::SecretsManager::RotationSchedule' } };
      const stack = { stackName: 's', template: { Resources } };
      return Baseline.of({ stacksRecursively: [stack] } as unknown as CloudAssembly);
    };
    const [line] = compared(recorded({ baseline: at('A'), permissions: [] }), {
      baseline: at('B'),
      permissions: [],
    });
    expect(line).toMatch(
      /^s: AWS::SecretsManager::RotationSchedule A must stay, got none: deleting it turns the rota/,
    );
  });
});

describe('A baseline of an older form', () => {
  interface OldResource {
    readonly type: string;
    readonly properties: Record<string, unknown>;
    inPlace?: object;
  }

  /** As it was recorded before the properties were that do not replace. */
  function older(): string {
    const file = recorded(PLAIN);
    const { stacks } = JSON.parse(readFileSync(file, 'utf8'));
    for (const resource of Object.values<OldResource>(stacks['secure-redis-test-jobs'])) {
      delete resource.inPlace;
      if (resource.type === 'AWS::EC2::VPC') delete resource.properties.InstanceTenancy;
    }
    writeFileSync(file, JSON.stringify(stacks));
    return file;
  }
  const note = (file: string) =>
    `note: ${relative('', file)} was recorded before engine version, nodes, shards, failover, ` +
    'durability, blocked commands and the rotation schedule were: no change of those is seen. ' +
    'Record it again after the next deploy.';

  test('is read, and a note says what it lacks', () => {
    const file = older();
    expect(compared(file, PLAIN)).toStrictEqual([note(file)]);
    const unseen = made({ jobs: { engine: 'valkey-7.2', rotationDays: 30 } });
    expect(compared(file, unseen)).toStrictEqual([note(file)]);
  });

  test('refuses a replacement as before', () => {
    const [line, ...rest] = compared(older(), made({ jobs: { port: 7000 } }));
    expect(rest).toStrictEqual([]);
    expect(line).toMatch(/: Port must stay 6380, as in /);
  });
});
