/** The rotation function of a deployment, with the environment of the template. */

import { ROTATION_ENV } from '../../contract/rotation';
import type { Alarms } from './alarms';
import type { Blueprint } from './blueprint';
import type { RehearsedClock } from './clock';
import type { ControlPlane } from './control-plane';
import { REGION } from './deployed-names';
import { nodeFor } from './lambda-node';
import { LambdaFunction } from './lambda-process';

export interface FunctionPlace {
  readonly plane: ControlPlane;
  readonly clock: RehearsedClock;
  readonly alarms: Alarms;
  readonly caFile: string;
}

export interface FunctionPace {
  readonly pollIntervalMs: number;
  readonly quietMs: number;
  readonly onLine: (line: string) => void;
}

export function deployedFunction(
  { rotation }: Blueprint,
  { plane, clock, alarms, caFile }: FunctionPlace,
  { pollIntervalMs, quietMs, onLine }: FunctionPace,
): LambdaFunction {
  const { assetFolder, handler, runtime, timeoutMs, environment } = rotation;
  return new LambdaFunction({
    assetFolder,
    handler,
    nodePath: nodeFor(runtime).path,
    timeoutMs,
    clockOffsetMs: () => clock.offsetMs,
    onLine: (line) => {
      alarms.takeLine(line);
      onLine(line);
    },
    onOutcome: (outcome) => alarms.takeOutcome(outcome),
    environment: {
      ...environment,
      // Shorter waits than in AWS, since the cache changes within milliseconds here.
      [ROTATION_ENV.pollIntervalMs]: String(pollIntervalMs),
      [ROTATION_ENV.quietMs]: String(quietMs),
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: plane.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: plane.credentials.secretAccessKey,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: plane.url,
      AWS_ENDPOINT_URL_ELASTICACHE: plane.url,
      SSL_CERT_FILE: caFile,
    },
  });
}
