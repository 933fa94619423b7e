/** Runs the built command line as a process of its own, and notes what it prints. */

import { type ChildProcess, spawn } from 'node:child_process';
import type { ControlPlane } from '../../rehearsal/aws/control-plane';
import { built } from './built';
import { noteOutput } from './leaks';

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** AWS's own, on a Node.js older than 22; it is said once, before anything else. */
const NOTICE =
  /^\(node:\d+\) Warning: NodeVersionSupportWarning: [\s\S]*?c895JFp\n\(Use `node .*\n/;

/** What the command line itself says. */
function withoutNotice(err: string): string {
  const isOld = Number(process.versions.node.split('.')[0]) < 22;
  return isOld ? err.replace(NOTICE, '') : err;
}

/**
 * What is printed is searched for passwords, unless a password is what was asked for. `watch` is
 * called with all of stdout whenever there is more of it.
 */
export async function runCli(
  { url, credentials }: ControlPlane,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  watch?: (child: ChildProcess, printed: string) => void,
): Promise<Ran> {
  const child = spawn(process.execPath, [built('cli'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      AWS_ENDPOINT_URL: url,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      ...env,
    },
  });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk) => {
    out += chunk;
    watch?.(child, out);
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  if (!args.includes('--reveal')) noteOutput(out);
  noteOutput(err);
  return { code, out, err: withoutNotice(err) };
}
