/**
 * The rules know each resource by its construct whatever its logical id is, and whatever else is in
 * the template: they take ids from the order of a template only where that is the tree's.
 */

import type { CfnKey } from 'aws-cdk-lib/aws-kms';
import { CfnElement, CfnResource, RemovalPolicy, Stack } from 'aws-cdk-lib/core';
import { EncryptionKey } from '../../../lib';
import { linesAfter, linesOf, type Spoil } from '../../support/rules';
import { makeApp } from '../../support/synth';

const ALARM = 'AWS::CloudWatch::Alarm';
const STUCK = 'Rotation/DailyCheckAlarms/StuckPending';

/** A resource that CDK leaves out of the template. */
class LeftOut extends CfnResource {
  protected override shouldSynthesize(): boolean {
    return false;
  }
}

/** A resource of the template that is none of the tree. */
class Included extends CfnElement {
  override _toCloudFormation(): object {
    const Properties = { MetricName: 'CPUUtilization', Threshold: 1, EvaluationPeriods: 1 };
    return { Resources: { Included: { Type: ALARM, Properties } } };
  }
}

const leaveOut: Spoil = ({ cache }) => {
  const [first = cache] = cache.node.children;
  new LeftOut(first, 'LeftOut', { type: ALARM });
};

const include: Spoil = ({ stack }) => new Included(stack, 'Included');

const both: Spoil = (given) => {
  leaveOut(given);
  include(given);
};

const SPOILS: readonly (readonly [string, Spoil])[] = [
  ['of its own', ({ part }) => part(STUCK).overrideLogicalId('StuckPending')],
  ['that is a number, which JSON writes first', ({ part }) => part(STUCK).overrideLogicalId('7')],
  ['beside a resource that is not written', leaveOut],
  ['beside a resource that is in the template alone', include],
  ['beside both, which keep the number of resources', both],
];

describe('A resource is known by its construct', () => {
  test.each(SPOILS)('with an id %s', (_, spoil) => {
    expect(linesAfter(spoil)).toEqual([]);
  });

  test.each(SPOILS)('and is named when it is weakened, with an id %s', (_, spoil) => {
    const lines = linesAfter((given) => {
      spoil(given);
      given.part(STUCK).addPropertyOverride('ActionsEnabled', false);
    });
    expect(lines).toEqual([
      `Test/Cache/${STUCK}: ActionsEnabled must be as the construct made it, got false. ` +
        'Remove what changes it. Thresholds are set with the prop `alarms`. (alarm-watched)',
    ]);
  });

  test('among resources of its type alone, of which one has a number as its id', () => {
    const app = makeApp();
    const stack = new Stack(app, 'Keys');
    new EncryptionKey(stack, 'Kept');
    const destroyed = new EncryptionKey(stack, 'NotKept', { removalPolicy: RemovalPolicy.DESTROY });
    (destroyed.node.defaultChild as CfnKey).overrideLogicalId('7');
    expect(linesOf({ app })).toEqual([]);
  });
});
