/** `status`: the state of the cache, its passwords and its rotation, on one screen. Read-only. */

import type { DailyCheckReport, Answer as Login, NodeReport } from '../../contract/daily-check';
import type { Firing } from '../aws/cloud';
import { type CommandResult, distance, type Screen, short } from '../terminal/screen';
import type { PublishedCache } from './cache';
import { diagnosisLines, look, type Work } from './commands';

const LABEL_COLUMNS = 10;

export async function status(work: Work): Promise<CommandResult> {
  const { cloud, cache, screen } = work;
  const [looked, firing] = await Promise.all([look(work), cloud.firing(cache.alarmPrefix)]);
  const { answered, diagnosis, isRotationOn } = looked;
  const report = answered.kind === 'report' ? answered.report : undefined;
  const isWell = !diagnosis.needsPerson && firing.length === 0;
  const verdict = isWell
    ? screen.styled('green', 'no action needed')
    : screen.styled('red', 'action needed');
  return {
    exitCode: isWell ? 0 : 1,
    json: { cache: cache.name, user: cache.user, isWell, diagnosis, isRotationOn, firing, report },
    lines: [
      `${screen.styled('bold', titleOf(cache))}  ${verdict}`,
      ...diagnosisLines(diagnosis, screen),
      '',
      ...(report ? reportLines(report, isRotationOn, screen) : []),
      ...alarmLines(firing, screen),
    ],
  };
}

function titleOf({ name, user }: PublishedCache): string {
  return user === undefined ? name : `${name}, user ${user}`;
}

function reportLines(report: DailyCheckReport, isRotationOn: boolean, screen: Screen) {
  return [
    ...versionLines(report),
    ...report.nodes.flatMap((node, index) => nodeLines(node, index, screen)),
    ...editedLines(report, screen),
    row('previous', previousWords(report)),
    row('rotation', rotationWords(report, isRotationOn)),
  ];
}

function versionLines({ at, current, previous, pending, newest }: DailyCheckReport) {
  const made = (createdAt: string | undefined) =>
    createdAt === undefined ? 'age unknown' : `made ${distance(createdAt, at)}`;
  const versions = [
    { label: 'current', version: current, note: '' },
    { label: 'pending', version: pending, note: pending?.hasPassword ? '' : ', no password yet' },
    { label: 'previous', version: previous, note: '' },
  ];
  const lines = versions.flatMap(({ label, version, note }) =>
    version === undefined
      ? []
      : [`${column(label)}${short(version.versionId)}, ${made(version.createdAt)}${note}`],
  );
  const isKnown = [current, previous, pending].some((version) => version?.versionId === newest);
  const taken = newest === undefined || isKnown ? '' : ', which has no other label';
  lines.push(`${column('newest')}${short(newest)}${taken}`);
  return lines.map((line, index) => row(index === 0 ? 'versions' : '', line));
}

function nodeLines(node: NodeReport, index: number, screen: Screen) {
  const { host, port, current, previous, pending, noPassword, plaintext, why } = node;
  const tell = (what: string, login: Login | undefined, wanted: Login) =>
    login === undefined
      ? []
      : [`${what} ${login === wanted ? login : screen.styled('red', login)}`];
  const passwords = [
    ...tell('current', current, 'accepted'),
    // Accepted and refused are both normal, depending on the time.
    ...(previous === undefined ? [] : [`previous ${previous}`]),
    ...(pending === undefined ? [] : [`pending ${pending}`]),
  ];
  const openings = [
    ...tell('no password', noPassword, 'refused'),
    ...tell('plaintext', plaintext, 'refused'),
  ];
  const because = why === undefined ? '' : ` (${why})`;
  const text = `${host}:${port}  ${[...passwords, ...openings].join(', ')}${because}`;
  return [row(index === 0 ? 'nodes' : '', text)];
}

function editedLines({ edited }: DailyCheckReport, screen: Screen) {
  if (edited === undefined) return [];
  const keys = edited.map((key) => `\`${key}\``).join(', ');
  const words = `${keys} edited: clients that read them fail; \`rotate\` restores them`;
  return [row('secret', screen.styled('red', words))];
}

function previousWords(report: DailyCheckReport): string {
  const { outcome, previous, isRevoked, others } = report;
  const isOlder = others === 'unknown';
  if (previous === undefined && !isOlder) return 'no previous password';
  if (isRevoked) return 'revoked: every node refuses it';
  if (isOlder) return `an older password without a label can be ${inForce(report)}`;
  if (outcome === 'nothing-to-revoke') return 'the same password as the current one';
  return inForce(report);
}

function inForce({ at, outcome, graceEndsAt }: DailyCheckReport): string {
  if (graceEndsAt === undefined) return 'not revoked';
  const when = `${graceEndsAt.slice(0, 10)} (${distance(graceEndsAt, at)})`;
  const isPast = Date.parse(graceEndsAt) <= Date.parse(at);
  if (outcome !== 'in-grace')
    return `not revoked; its grace period ${isPast ? 'ended' : 'ends'} ${when}`;
  return `accepted until ${when}, or until the next rotation`;
}

function rotationWords({ at, nextRotationAt }: DailyCheckReport, isRotationOn: boolean): string {
  if (!isRotationOn) return 'turned off';
  if (nextRotationAt === undefined) return 'on; the next date is unknown';
  return `next ${nextRotationAt.slice(0, 10)} (${distance(nextRotationAt, at)})`;
}

export function alarmLines(firing: readonly Firing[], screen: Screen) {
  if (firing.length === 0) return [row('alarms', 'none in ALARM state')];
  return firing.map(({ name, description }, index) =>
    row(index === 0 ? 'alarms' : '', `${screen.styled('red', name)}: ${description}`),
  );
}

function row(label: string, text: string): string {
  return `${column(label)}${text}`;
}

function column(label: string): string {
  return label.padEnd(LABEL_COLUMNS);
}
