/**
 * Replaces the AWS SDK's credential chain in the bundle (see `scripts/build-rotation.ts`).
 *
 * The credentials of a Lambda function are always in its environment. The other sources of the
 * chain (files, SSO, web identity, instance metadata) would be a third of the bundle and never
 * used.
 */

export function defaultProvider() {
  return async () => ({
    accessKeyId: variable('AWS_ACCESS_KEY_ID'),
    secretAccessKey: variable('AWS_SECRET_ACCESS_KEY'),
    sessionToken: process.env.AWS_SESSION_TOKEN,
  });
}

function variable(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`the environment variable ${name} is missing; Lambda always sets it`);
  return value;
}
