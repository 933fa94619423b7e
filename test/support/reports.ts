/** Reports of a daily check as the command line gets them, and the states of a pending rotation. */

import type { Answered } from '../../cli/aws/cloud';
import type { DailyCheckReport, NodeReport } from '../../contract/daily-check';

export const AT = '2026-11-24T03:00:00.000Z';
const HOUR_MS = 60 * 60 * 1000;
export const hours = (count: number) => new Date(Date.parse(AT) + count * HOUR_MS).toISOString();

export type Change = Partial<Omit<DailyCheckReport, 'nodes'>>;

const node = (change: Partial<NodeReport> = {}): NodeReport => ({
  host: 'one',
  port: 6380,
  current: 'accepted',
  noPassword: 'refused',
  plaintext: 'refused',
  ...change,
});

export const report = (
  change: Change = {},
  ...nodes: readonly Partial<NodeReport>[]
): DailyCheckReport => ({
  at: AT,
  outcome: 'revoked',
  current: { versionId: 'current', createdAt: hours(-48) },
  previous: { versionId: 'previous', createdAt: hours(-400) },
  newest: 'current',
  nextRotationAt: hours(1000),
  graceEndsAt: hours(100),
  isRevoked: false,
  isSettled: true,
  nodes: (nodes.length > 0 ? nodes : [{}, {}]).map((each, index) =>
    node({ host: index === 0 ? 'one' : 'two', ...each }),
  ),
  ...change,
});

export const seen = (change?: Change, ...nodes: readonly Partial<NodeReport>[]): Answered => ({
  kind: 'report',
  report: report(change, ...nodes),
});

export const stuck = { pending: { versionId: 'pending', createdAt: hours(-5), hasPassword: true } };
export const young = {
  pending: { versionId: 'pending', createdAt: hours(-0.2), hasPassword: true },
};
export const empty = { pending: { versionId: 'pending', hasPassword: false } };
export const malformed = (versionId: string): Answered => ({
  kind: 'failed',
  code: 'SecretMalformed',
  versionId,
  words: `SecretMalformed in version ${versionId}: edited; next: put it back`,
});
