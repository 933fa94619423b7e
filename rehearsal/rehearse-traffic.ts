/**
 * `npm start -- --traffic NAME`: sends real clients through a rotation on a started deployment, and
 * checks their results.
 */

import type { Deployment } from './aws/deployment';
import type { CheckResult } from './checks/checks';
import { checkLeaks } from './checks/leak-check';
import type { Transcript } from './checks/transcript';
import { firstRotation } from './rehearse';
import type { Driver } from './traffic/driver';
import { type RealTrafficResult, runRealTraffic } from './traffic/real-traffic';
import { trafficChecks } from './traffic/traffic-checks';
import { trafficLines } from './traffic/traffic-table';

const CALM_MS = 1_500;
/** Between two commands of a client: sixteen clients share this machine. */
const PAUSE_MS = 10;

export interface TrafficRehearsal {
  readonly checks: readonly CheckResult[];
  readonly traffic: RealTrafficResult;
}

export async function rehearseTraffic(
  deployment: Deployment,
  transcript: Transcript,
  functionLines: readonly string[],
  drivers: readonly Driver[],
): Promise<TrafficRehearsal> {
  const initial = deployment.initialPassword();
  transcript.part('first rotation, as the deploy runs it');
  const checks = [await firstRotation(deployment, initial)];
  const first = deployment.credentials().password;
  transcript.part(
    'real clients, through a rotation, connection cuts between commands, and a revocation',
  );
  // Searches the process list for passwords while every client runs.
  let isLeaking = false;
  const traffic = await runRealTraffic(deployment, drivers, {
    calmMs: CALM_MS,
    pauseMs: PAUSE_MS,
    say: (text) => {
      transcript.say(text);
      isLeaking ||= !checkLeaks([], [first, deployment.credentials().password]).pass;
    },
  });
  checks.push(...trafficChecks(traffic));
  const passwords = [initial, first, deployment.credentials().password];
  const leaks = checkLeaks([...transcript.lines, ...functionLines], passwords);
  checks.push({ ...leaks, pass: leaks.pass && !isLeaking });
  for (const line of trafficLines(traffic)) transcript.print(line);
  return { checks, traffic };
}
