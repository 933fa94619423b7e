/** The report of a daily check: ages, counts and fixed terms, never a password. */

import type { DailyCheckReport, NodeReport, Others } from '../../contract/daily-check';
import type { CacheView, History, Labels } from './ports';

/** One observation of a daily check. */
export interface DailyCheckSeen {
  readonly labels: Labels;
  readonly history: History;
  readonly view: CacheView;
  readonly nodes: readonly NodeReport[];
  /** End of the grace period, if the previous password is not revoked. */
  readonly graceEndsMs: number | undefined;
  readonly isPending: boolean;
  readonly isPendingValued: boolean;
  readonly edited: readonly string[];
  readonly others: Others;
}

export function reportOf(epochMs: number, seen: DailyCheckSeen): DailyCheckReport {
  const { labels, history, view, nodes, graceEndsMs } = seen;
  const version = (versionId: string | undefined) =>
    versionId === undefined
      ? undefined
      : { versionId, createdAt: iso(history.createdMs.get(versionId)) };
  const pending = seen.isPending ? version(labels.pending) : undefined;
  return {
    at: new Date(epochMs).toISOString(),
    outcome: 'not-settled',
    current: version(labels.current),
    previous: version(labels.previous),
    pending: pending && { ...pending, hasPassword: seen.isPendingValued },
    newest: labels.newest,
    nextRotationAt: iso(history.nextRotationMs),
    graceEndsAt: iso(Number.isFinite(graceEndsMs) ? graceEndsMs : undefined),
    authChangedAt: view.authChangedAt,
    isRevoked: false,
    isSettled: view.settled,
    edited: seen.edited.length > 0 ? seen.edited : undefined,
    others: seen.others,
    nodes,
  };
}

function iso(epochMs: number | undefined): string | undefined {
  return epochMs === undefined ? undefined : new Date(epochMs).toISOString();
}
