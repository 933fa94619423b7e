/** Times and addresses that every simulation of rotations has in common. */

import { ROTATION_ENV } from '../contract/rotation';
import { readSettings } from '../lambda/rotation/settings';

export const MINUTE_MS = 60_000;
/** Lambda's timeout of an invocation. */
export const LIFE_MS = 15 * MINUTE_MS;
/** Milliseconds of one call within a VPC, and between two steps. */
export const CALL_MS = 50;
export const BETWEEN_STEPS_MS = 500;
/** Rotations that fail are repeated; AWS documents "multiple times". */
export const ATTEMPTS_MAX = 5;
export const NODES = [1, 2].map((node) => ({ host: `node-${node}`, port: 6380 }));
export const ENDPOINTS = { host: 'primary', readerHost: 'reader', port: 6380 };

/** The timing of a deployed function. */
export const { timing: TIMING } = readSettings({
  [ROTATION_ENV.credentialsSecretArn]: 'arn',
  [ROTATION_ENV.replicationGroupId]: 'group',
  [ROTATION_ENV.pollIntervalMs]: '5000',
  [ROTATION_ENV.quietMs]: '60000',
  [ROTATION_ENV.rotationDays]: '90',
  [ROTATION_ENV.graceDays]: '7',
});
