/**
 * Checks of real clients through a rotation and a revocation: a client that reads the secret again
 * loses no command, a client that reads once loses none before the grace period ends.
 */

import type { CheckResult } from '../checks/checks';
import type { LaneResult, Phase, RealTrafficResult } from './real-traffic';
import type { Figures } from './traffic';

/** While the previous password is accepted. */
const IN_GRACE: readonly Phase[] = ['before', 'during', 'after'];
const REVOKED: readonly Phase[] = ['revoked', 'cut'];

export function trafficChecks(result: RealTrafficResult): readonly CheckResult[] {
  const { lanes, refused, rotated, dailyCheck } = result;
  return [
    {
      id: 'rotated-and-revoked',
      claim: 'under the traffic the password is rotated, and the previous one revoked',
      pass: rotated && dailyCheck === 'revoked',
      detail: `rotated: ${rotated}, daily check: ${dailyCheck}`,
    },
    {
      id: 'all-connect',
      claim: 'every client connects with the connection string from the secret',
      pass: lanes.length > 0 && Object.keys(refused).length === 0,
      detail: `${lanes.length} connected; not: ${listed(refused)}`,
    },
    allVerify(result),
    ...lanes.map((lane) => (lane.reading === 'again' ? again(lane) : once(lane))),
  ];
}

/**
 * A failure for another reason, such as a missing file or a timeout, does not prove verification.
 * `all-connect` proves that the client accepts the right authority.
 */
function allVerify({ lanes, untrusted }: RealTrafficResult): CheckResult {
  const tried = new Set(Object.keys(untrusted));
  return {
    id: 'all-verify',
    claim: 'every client rejects a certificate of another authority, and names that reason',
    pass:
      tried.size > 0 &&
      lanes.every(({ client, reading }) => tried.has(`${client} that reads ${reading}`)) &&
      Object.values(untrusted).every((seen) => UNTRUSTED.includes(seen)),
    detail: listed(untrusted),
  };
}

/** The error codes of an untrusted certificate. */
const UNTRUSTED = [
  // OpenSSL in Node.js; the second code if no authority of that name is known.
  'CERT_SIGNATURE_FAILURE',
  'SELF_SIGNED_CERT_IN_CHAIN',
  // OpenSSL in Python and redis-cli.
  'CERTIFICATE_VERIFY_FAILED',
  // The adapters of `client/` and the example services.
  'certificate-refused',
];

/** No command fails in any phase, although the client had to log in again. */
function again({ client, phases }: LaneResult): CheckResult {
  const seen = Object.values(phases);
  const isBusy = seen.every(({ commands }) => commands > 0);
  const { during, after, revoked, cut } = phases;
  const hasLoggedIn =
    during.reconnects + after.reconnects > 0 && revoked.reconnects + cut.reconnects > 0;
  return {
    id: `${client}-again`,
    claim: 'a client that reads the secret again: no command fails',
    pass: isBusy && hasLoggedIn && seen.every(({ failed }) => failed === 0),
    detail: Object.entries(phases)
      .map(([phase, figures]) => `${phase} ${described(figures)}`)
      .join('; '),
  };
}

/** No command fails until the grace period ends; then the login is refused. */
function once({ client, phases }: LaneResult): CheckResult {
  const inGrace = IN_GRACE.map((phase) => phases[phase]);
  const revoked = REVOKED.map((phase) => phases[phase]);
  const kinds = revoked.flatMap(({ failures }) => failures);
  const wasFine = inGrace.every(({ failed, commands }) => failed === 0 && commands > 0);
  const hasLoggedIn = inGrace.some(({ reconnects }) => reconnects > 0);
  return {
    id: `${client}-once`,
    claim:
      'a client that reads once: no command fails in the grace period, then its login is refused',
    pass:
      wasFine &&
      hasLoggedIn &&
      phases.cut.failed > 0 &&
      kinds.every((kind) => REFUSED.includes(kind) || kind === WITHOUT_LOGIN) &&
      kinds.some((kind) => REFUSED.includes(kind)),
    detail: Object.entries(phases)
      .map(([phase, figures]) => `${phase} ${described(figures)}`)
      .join('; '),
  };
}

/** A refused login: the server's error code, and the code in the log of an example service. */
const REFUSED = ['WRONGPASS', 'authentication-failed'];
/** The error of a command on a connection whose login was refused. */
const WITHOUT_LOGIN = 'NOAUTH';

function described({ commands, failed, failures, reconnects }: Figures): string {
  const kinds = failures.join(', ');
  return `${failed} of ${commands} failed${kinds ? ` (${kinds})` : ''}, ${reconnects} reconnects`;
}

function listed(named: Readonly<Record<string, string>>): string {
  const entries = Object.entries(named).map(([name, what]) => `${name}: ${what}`);
  return entries.join(', ') || 'none';
}
