/** `--keep`: how to connect to a cache that stays up, as each of its users. */

import { connectionUrl, connectionUrlTemplate, DEFAULT_DATABASE } from '../contract/connection-url';
import type { DeployedSecret } from './aws/deployed-secret';
import type { Deployment } from './aws/deployment';
import type { Transcript } from './checks/transcript';
import type { Options } from './options';

/** Prints how to connect, and waits for Ctrl-C. */
export function keep(
  deployment: Deployment,
  { reveal, stage }: Options,
  transcript: Transcript,
): Promise<never> {
  const [primary] = deployment.nodes;
  const [login, ...others] = deployment.logins;
  if (!primary || !login) {
    throw new Error('the cache has no node or no user; there is nothing to connect to');
  }
  const { host, port } = primary;
  const follows = deployment.blueprint.topology.isSharded ? '-c ' : '';
  transcript.part('still running; connect with');
  for (const each of [login, ...others]) {
    transcript.detail(`url      ${urlOf(each, { host, port, reveal })}`);
  }
  const caFile = forShell(deployment.caFile);
  transcript.detail(`CA       ${caFile}`);
  const { username } = login;
  transcript.detail(`command  redis-cli --tls --cacert ${caFile} --user ${username} \\`);
  transcript.detail(`           --askpass ${follows}-h ${host} -p ${port}`);
  if (!reveal) transcript.detail('password hidden; --reveal shows it');
  // Printed, since they are valid only for this run's control plane on loopback.
  const { url, credentials } = deployment.plane;
  const cache = `--cache ${deployment.blueprint.stackName}`;
  const ofUser = others.length > 0 ? ` --user ${username}` : '';
  transcript.detail(`operator AWS_ENDPOINT_URL=${url} AWS_REGION=us-east-1 \\`);
  transcript.detail(`           AWS_ACCESS_KEY_ID=${credentials.accessKeyId} \\`);
  transcript.detail(`           AWS_SECRET_ACCESS_KEY=${credentials.secretAccessKey} \\`);
  transcript.detail(`           npx secure-redis status ${cache}`);
  transcript.detail(`           … env ${cache}${ofUser} --file .env \\`);
  transcript.detail(`           --ca ${caFile}`);
  transcript.detail(`           npx secure-redis preflight --stage ${stage}`);
  transcript.detail('stop with Ctrl-C');
  return new Promise(() => setInterval(() => undefined, 60_000));
}

interface Shown {
  readonly host: string;
  readonly port: number;
  readonly reveal: boolean;
}

/** Without `reveal` it is built without the password, so that nothing needs masking. */
function urlOf(login: DeployedSecret, { host, port, reveal }: Shown): string {
  const { username, password } = login.credentials();
  const target = { username, host, port, database: DEFAULT_DATABASE };
  if (reveal) return connectionUrl(target, password);
  return connectionUrlTemplate(target).replace('{password}', `${password}`);
}

/** A path quoted for a shell. */
function forShell(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
