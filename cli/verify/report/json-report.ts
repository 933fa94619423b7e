/** The report as JSON, with the members that docs/verify.md describes. */

import { acceptanceOf, countJudged, type VerifyReport } from './report';

export function jsonReport(report: VerifyReport): object {
  const { target, isStrict, nowMs, lines, notes, exitCode } = report;
  return {
    target,
    verifiedAt: new Date(nowMs).toISOString(),
    isStrict,
    exitCode,
    counts: {
      fail: countJudged(report, 'fail'),
      cannotTell: countJudged(report, 'cannot tell'),
      accepted: countJudged(report, 'accepted'),
      pass: countJudged(report, 'pass'),
    },
    lines: lines.map((line) => {
      const { judgement, acceptedBy, ...rest } = line;
      return acceptanceOf(line) === undefined
        ? rest
        : { ...rest, accepted: { reason: acceptedBy?.reason, until: acceptedBy?.until } };
    }),
    notes,
  };
}
