/**
 * Settings of the service, from the environment: all checked at startup.
 *
 * They do not include the password: the service reads the secret, repeatedly.
 */

import { readFileSync } from 'node:fs';

export interface Settings {
  /** The credentials secret in Secrets Manager. */
  readonly secretArn: string;
  readonly isSharded: boolean;
  /** PEM of an additional authority. Not needed on AWS. */
  readonly ca: string | undefined;
  /** Port on 127.0.0.1; 0 for any free port. */
  readonly port: number;
}

/** An invalid setting. The message contains no value that could be a secret. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

const ARN = /^arn:aws[\w-]*:secretsmanager:[\w-]+:\d{12}:secret:.+$/;

/** @throws SettingsError with every problem of the environment. */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const { REDIS_SECRET_ARN: secretArn = '', REDIS_CLUSTER: cluster = 'false' } = env;
  const { REDIS_CA_FILE: caFile = '', PORT: port = '8080' } = env;
  const problems: string[] = [];
  if (!ARN.test(secretArn)) {
    problems.push('REDIS_SECRET_ARN is no ARN of a secret; set it to the credentials secret');
  }
  if (cluster !== 'true' && cluster !== 'false') {
    problems.push(`REDIS_CLUSTER must be 'true' or 'false', got '${cluster}'`);
  }
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
    problems.push(`PORT must be 0 to 65535 (0 for any), got '${port}'`);
  }
  let ca: string | undefined;
  try {
    ca = caFile === '' ? undefined : readFileSync(caFile, 'utf8');
  } catch {
    problems.push(`REDIS_CA_FILE is '${caFile}', which cannot be read; name a PEM file`);
  }
  if (problems.length > 0) throw new SettingsError(problems.join('; '));
  return { secretArn, isSharded: cluster === 'true', ca, port: Number(port) };
}
