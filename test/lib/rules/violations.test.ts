/**
 * Every rule has a violation that ends the synthesis with its exact line: by an override, a
 * neighbouring resource, a mutation or an aspect.
 */

import { RULES } from '../../../lib/rules/rules';
import { linesAfter, type Violation } from '../../support/rules';
import { EGRESS, INGRESS } from './violations/cache-security-group';
import { DATA } from './violations/data';
import { CALLERS, FUNCTIONS } from './violations/function';
import { IAM_USERS_OF_CACHE } from './violations/iam-users';
import { MADE_RESOURCES } from './violations/made-resources';
import { GROUP_NETWORKS } from './violations/other-security-groups';
import { LOGIN, NETWORK } from './violations/replication-group';
import { KEPT, ROLES } from './violations/rotation';
import { SCHEDULES, SECRETS } from './violations/secrets';
import { TOPICS } from './violations/topics';
import { USERS_OF_CACHE } from './violations/users';

const VIOLATIONS: readonly Violation[] = [
  ...LOGIN,
  ...NETWORK,
  ...DATA,
  ...INGRESS,
  ...EGRESS,
  ...SECRETS,
  ...SCHEDULES,
  ...ROLES,
  ...FUNCTIONS,
  ...CALLERS,
  ...KEPT,
  ...MADE_RESOURCES,
  ...TOPICS,
  ...GROUP_NETWORKS,
  ...USERS_OF_CACHE,
  ...IAM_USERS_OF_CACHE,
];

describe('What breaks a rule ends the synthesis with its line', () => {
  test.each(VIOLATIONS.map((each) => [each.rule, each.by, each.what, each] as const))(
    '%s, by %s: %s',
    (_, __, ___, { rule, spoil, props, line }) => {
      const lines = line.split('\n').map((each) => `${each} (${rule})`);
      expect(linesAfter(spoil, props)).toStrictEqual(lines);
    },
  );
});

/** Rules that only another resource can break: there is nothing of ours to override. */
const BY_NEIGHBOUR_ONLY = [
  'cache-global-member',
  'endpoint-single',
  'function-destination',
  'function-event-source',
  'function-invokers',
  'function-url',
  'role-other-functions',
  'rotation-single-schedule',
  'secret-attachment',
  'secret-policy',
  'secret-without-schedule',
  'topic-other-policies',
  'user-group-other-caches',
  'user-other-groups',
];

/** Rules that another resource can break as well. */
const BY_NEIGHBOUR_TOO = [
  'cache-id',
  'cache-security-groups',
  'cache-subnet-routes',
  'caller-egress',
  'egress-none',
  'endpoint-ingress',
  'function-layers',
  'ingress-networks',
  'ingress-port',
  'role-other-policies',
  'role-own-policies',
  'rotation-schedule',
];

describe('Every rule has its violations here', () => {
  const brokenBy = (by: Violation['by']) =>
    new Set(VIOLATIONS.filter((each) => each.by === by).map(({ rule }) => rule));
  const ids = RULES.map(({ id }) => id);

  test('by an override, but for those that only a neighbour breaks', () => {
    const missing = ids.filter((id) => !brokenBy('override').has(id));
    expect(missing.sort()).toStrictEqual(BY_NEIGHBOUR_ONLY);
  });

  test('by a neighbour, where one can', () => {
    // That of the endpoints is in test/lib/neighbours.test.ts.
    const expected = [...BY_NEIGHBOUR_ONLY, ...BY_NEIGHBOUR_TOO].sort();
    const found = [...brokenBy('neighbour'), 'endpoint-single'].sort();
    expect(found).toStrictEqual(expected);
  });

  test('an id names one rule', () => {
    expect(new Set(ids).size).toBe(ids.length);
  });
});
