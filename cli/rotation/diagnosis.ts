/**
 * Diagnoses the state of a cache and its rotation from the evidence.
 *
 * Pure and total: returns one diagnosis of a closed set, the most urgent first. Each of its steps
 * is guarded by the rotation function itself.
 */

import type { Answer, DailyCheckReport, NodeReport } from '../../contract/daily-check';
import type { Answered, NoReport } from '../aws/cloud';
import { DIAGNOSES, type DiagnosisId, type Step } from './diagnoses';

export interface Evidence {
  readonly answered: Answered;
  /** From DescribeSecret, since the function may return no report. */
  readonly pendingId?: string;
  readonly isRotationOn: boolean;
}

export interface Diagnosis {
  readonly id: DiagnosisId;
  readonly means: string;
  readonly next: string;
  /** The steps of `recover --apply`, in order. */
  readonly steps: readonly Step[];
  /** Whether a person must act or check again. */
  readonly needsPerson: boolean;
  /** The affected nodes, or the function's own message. Never a secret. */
  readonly details: readonly string[];
}

const DAY_MS = 24 * 60 * 60 * 1000;

const MINUTE_MS = 60 * 1000;

/** How long AWS may work on a rotation before its request to the cache. */
const YOUNG_MS = 5 * MINUTE_MS;
/** The same after the request: a change of the cache can take 20 minutes. */
const ASKED_YOUNG_MS = 30 * MINUTE_MS;

/** A rotation starts within a window, and Secrets Manager retries failures. */
const OVERDUE_MS = DAY_MS;

/** Time of two daily checks, either of which should have revoked. */
const REVOKEMENT_OVERDUE_MS = 2 * DAY_MS;

export function diagnose(evidence: Evidence): Diagnosis {
  const { answered } = evidence;
  const diagnosis = diagnosisOf(evidence);
  if (answered.kind !== 'report' || answered.report.user === undefined) return diagnosis;
  return ofUser(diagnosis);
}

/**
 * Diagnoses after which a check, or a rotation, sends the passwords of a user again. A check keeps
 * the previous one in its grace period.
 */
const SENT_AGAIN: readonly DiagnosisId[] = [
  'current-refused',
  'current-refused-by-some',
  'only-previous-accepted',
];

/** The next step where the password is that of a user, which is changed by another call. */
function ofUser(diagnosis: Diagnosis): Diagnosis {
  if (!SENT_AGAIN.includes(diagnosis.id)) {
    if (diagnosis.id === 'user-locked-out') return diagnosis;
    const next = diagnosis.next.replaceAll('ModifyReplicationGroup', 'ModifyUser');
    return { ...diagnosis, next };
  }
  const next =
    '`recover --apply`, which makes every node accept the current password again, as the next ' +
    'daily check does; then find who called ModifyUser, or which deploy updated the user';
  return { ...diagnosis, next, steps: ['send-again'] };
}

function diagnosisOf(evidence: Evidence): Diagnosis {
  const { answered } = evidence;
  if (answered.kind !== 'report') return withoutReport(answered, evidence.pendingId);
  const { report } = answered;
  return (
    ofDoors(report) ??
    ofAuthentication(report) ??
    ofLock(report) ??
    ofCurrent(report) ??
    ofChange(report) ??
    ofForeign(report) ??
    (report.pending ? ofPending(report) : ofSchedule(report, evidence.isRotationOn))
  );
}

function withoutReport(answered: NoReport, pendingId: string | undefined): Diagnosis {
  if (answered.kind === 'busy') return found('busy');
  const { code, versionId, words } = answered;
  const details = [words ?? `the function ended with ${code}`];
  if (code !== 'SecretMalformed') return found('function-failed', details);
  const isPending = pendingId !== undefined && versionId === pendingId;
  return found(isPending ? 'pending-malformed' : 'malformed', details);
}

function ofDoors({ nodes }: DailyCheckReport): Diagnosis | undefined {
  const open = nodes.flatMap((node) => [
    ...(node.noPassword === 'accepted' ? [`${at(node)} answers without a password`] : []),
    ...(node.plaintext === 'accepted' ? [`${at(node)} answers without TLS`] : []),
  ]);
  return open.length > 0 ? found('open-access', open) : undefined;
}

/** How somebody has made a user log in. */
function ofAuthentication({ authentication }: DailyCheckReport): Diagnosis | undefined {
  if (authentication === undefined) return undefined;
  if (authentication === 'no-password') return found('user-open');
  return found('current-refused', ['ElastiCache asks the user for a token of IAM']);
}

function ofLock({ lockedOut, nodes }: DailyCheckReport): Diagnosis | undefined {
  if (lockedOut === undefined || !nodes.some(({ current }) => current === 'refused')) {
    return undefined;
  }
  const why = lockedOut === 'off' ? 'its access string is `off`' : 'it is in no user group here';
  return found('user-locked-out', [why]);
}

function ofCurrent({ nodes }: DailyCheckReport): Diagnosis | undefined {
  const refusing = nodes.filter(({ current }) => current === 'refused');
  if (refusing.length === 0) return undefined;
  const details = refusing.map((node) => `${at(node)} refuses the current password`);
  if (all(nodes, 'pending', 'accepted')) return found('only-pending-accepted', details);
  if (all(nodes, 'previous', 'accepted')) return found('only-previous-accepted', details);
  const isAll = refusing.length === nodes.length;
  return found(isAll ? 'current-refused' : 'current-refused-by-some', details);
}

/** Reasons why the answers of the nodes are not conclusive. */
function ofChange(report: DailyCheckReport): Diagnosis | undefined {
  const { nodes, isSettled } = report;
  if (!isSettled) return found(isYoung(report) ? 'rotating' : 'changing');
  const silent = nodes.filter(({ current, previous, pending, noPassword }) =>
    [current, previous, pending, noPassword].includes('unreachable'),
  );
  if (silent.length === 0 && nodes.length > 0) return undefined;
  const details = silent.map((node) => `${at(node)} gave no answer: ${node.why ?? 'not ready'}`);
  return found('unreachable', details);
}

function ofForeign(report: DailyCheckReport): Diagnosis | undefined {
  // The list of a user is replaced as a whole, so no rotation stops at a change of it.
  if (report.user !== undefined) return undefined;
  const { outcome, newest, current, pending, nodes } = report;
  const isNewestOurs = newest === undefined || newest === current?.versionId;
  // Refused without a REVOKED label: the next rotation would stop.
  const isPushedOut = nodes.some(({ previous }) => previous === 'refused');
  const isForeign = outcome === 'out-of-band-change' || (isNewestOurs && isPushedOut);
  if (!isForeign) return undefined;
  return found(pending ? 'out-of-band-change-pending' : 'out-of-band-change');
}

function ofPending(report: DailyCheckReport): Diagnosis {
  const { pending, current, previous, newest, outcome, nodes } = report;
  const isOlder = report.others === 'unknown' || report.user !== undefined;
  const isSame = isOlder && pending?.versionId === previous?.versionId;
  if (isSame) return found('pending-was-current');
  if (isYoung(report)) return found('rotating');
  if (!pending?.hasPassword) return found('pending-without-value');
  if (all(nodes, 'pending', 'accepted')) return found('pending-live');
  if (nodes.some((node) => node.pending === 'accepted')) {
    const missing = nodes.filter((node) => node.pending !== 'accepted');
    const details = missing.map((node) => `${at(node)} does not accept the new password yet`);
    return found('pending-live-on-some', details);
  }
  if (outcome === 'rotating') return found('pending-refused');
  const known = [undefined, current?.versionId, previous?.versionId, pending.versionId];
  const isElsewhere = outcome === 'newest-unclear' || !known.includes(newest);
  return found(isElsewhere ? 'pending-over-abandoned' : 'pending-not-asked');
}

/** Nothing is pending: checks that rotation is on, in time and complete. */
function ofSchedule(report: DailyCheckReport, isRotationOn: boolean): Diagnosis {
  const { outcome, previous, nextRotationAt, graceEndsAt } = report;
  if (outcome === 'newest-unclear') return found('newest-unclear');
  if (!isRotationOn) return found('rotation-off');
  const isOlder = report.others === 'unknown';
  if (previous === undefined && !isOlder) return found('never-rotated');
  if (since(nextRotationAt, report) > OVERDUE_MS) return found('rotation-overdue');
  const older = isOlder
    ? ['AWSPREVIOUS is not the version of this password: the secret was edited']
    : [];
  if (outcome === 'in-grace') return found('in-grace', older);
  if (outcome !== 'due') return found('well');
  const isOverdue = since(graceEndsAt, report) > REVOKEMENT_OVERDUE_MS;
  return found(isOverdue ? 'previous-overdue' : 'due', older);
}

function isYoung(report: DailyCheckReport): boolean {
  const { pending, outcome, isSettled } = report;
  const limitMs = outcome === 'rotating' || !isSettled ? ASKED_YOUNG_MS : YOUNG_MS;
  return pending !== undefined && since(pending.createdAt, report, limitMs) < limitMs;
}

/** Milliseconds from a time to the report, by the function's clock. */
function since(iso: string | undefined, { at: now }: DailyCheckReport, unknown = 0): number {
  return iso === undefined ? unknown : Date.parse(now) - Date.parse(iso);
}

function all(
  nodes: readonly NodeReport[],
  which: 'current' | 'previous' | 'pending',
  answer: Answer,
): boolean {
  return nodes.length > 0 && nodes.every((node) => node[which] === answer);
}

function at({ host, port }: NodeReport): string {
  return `${host}:${port}`;
}

function found(id: DiagnosisId, details: readonly string[] = []): Diagnosis {
  return { id, ...DIAGNOSES[id], details };
}
