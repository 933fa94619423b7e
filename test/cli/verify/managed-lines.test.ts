/** Lines of `verify` about failover and minor versions of a managed cache, from its facts. */

import type { GroupFacts } from '../../../cli/verify/managed/managed-facts';
import { managedLines } from '../../../cli/verify/managed/managed-lines';
import { told, untold } from '../../../cli/verify/server/fact';
import { Purpose } from '../../../lib/settings/purpose';

const none = untold('not asked here');
const GROUP: GroupFacts = {
  id: 'jobs',
  nodes: 2,
  hasFailover: true,
  isInZones: true,
  installsMinorVersions: true,
  hasAuthToken: true,
  userGroups: [],
};

const verdictOf = (id: string, change: Partial<GroupFacts>, purpose?: Purpose) => {
  const group = told({ ...GROUP, ...change });
  const facts = { secret: none, group, isOpenToAll: none, alarms: none };
  const lines = managedLines(facts, { today: new Date(), ...(purpose && { purpose }) });
  return lines.find((line) => line.id === id)?.verdict;
};

describe('A failed node is replaced', () => {
  test.each<[string, Partial<GroupFacts>, Purpose | undefined, string]>([
    ['two nodes in two zones', {}, Purpose.QUEUE, 'pass'],
    ['failover is off', { hasFailover: false }, Purpose.QUEUE, 'fail'],
    ['one zone', { isInZones: false }, Purpose.SESSIONS, 'fail'],
    ['one node', { nodes: 1 }, Purpose.QUEUE, 'fail'],
    ['one node of a pure cache', { nodes: 1, hasFailover: false }, Purpose.CACHE, 'pass'],
    ['one node of an unknown purpose', { nodes: 1 }, undefined, 'cannot tell'],
    ['AWS does not tell', { hasFailover: undefined }, Purpose.QUEUE, 'cannot tell'],
  ])('%s', (_, change, purpose, verdict) => {
    expect(verdictOf('failover', change, purpose)).toBe(verdict);
  });
});

describe('Minor versions are installed', () => {
  test.each([
    [true, 'pass'],
    [false, 'fail'],
    [undefined, 'cannot tell'],
  ])('%s: %s', (installsMinorVersions, verdict) => {
    expect(verdictOf('minor-versions', { installsMinorVersions })).toBe(verdict);
  });
});
