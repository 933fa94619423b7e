/** Runs the built command line, inside this process where that is enough; notes what it prints. */

import { type ChildProcess, spawn } from 'node:child_process';
import type { ControlPlane } from '../../rehearsal/aws/control-plane';
import { built } from './built';
import { runInside } from './cli-process';
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
 * What is printed is searched for passwords, unless a password is what was asked for.
 *
 * It runs as a process of its own where NODE_OPTIONS change that, or where `watch` is given, which
 * is called with all of stdout whenever there is more of it.
 */
export async function runCli(
  plane: ControlPlane,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  watch?: (child: ChildProcess, printed: string) => void,
): Promise<Ran> {
  const whole = environmentOf(plane, env);
  const isProcess = watch !== undefined || env.NODE_OPTIONS !== undefined;
  const ran = await (isProcess ? runAsProcess(args, whole, watch) : runInside(args, whole));
  if (!args.includes('--reveal')) noteOutput(ran.out);
  noteOutput(ran.err);
  return { ...ran, err: withoutNotice(ran.err) };
}

function environmentOf({ url, credentials }: ControlPlane, env: NodeJS.ProcessEnv) {
  const all = {
    PATH: process.env.PATH,
    AWS_ENDPOINT_URL: url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    ...env,
  };
  const set = Object.entries(all).filter(([, value]) => value !== undefined);
  return Object.fromEntries(set) as Readonly<Record<string, string>>;
}

async function runAsProcess(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  watch?: (child: ChildProcess, printed: string) => void,
): Promise<Ran> {
  const child = spawn(process.execPath, [built('cli'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env,
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
  return { code, out, err };
}
