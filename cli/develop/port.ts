/** The port of a development server: the given one, that of the last run, or one that is free. */

import { CliError } from '../aws/cloud';
import { freePort } from '../server/free-port';
import type { Screen } from '../terminal/screen';
import { type DevelopmentSettings, defaultPort } from './development-settings';

/** Ports that are tried from the default upwards. */
const PORTS_TRIED = 20;
const PORT_MAX = 65_535;

/** @param running the port of the running server of this folder, which may keep it */
export async function chosenPort(
  settings: DevelopmentSettings,
  running: number | undefined,
  screen: Screen,
): Promise<number> {
  const { port } = settings;
  if (port !== undefined) {
    if (port !== running) await requireFreePort(port);
    return port;
  }
  const first = defaultPort(settings);
  const last = Math.min(first + PORTS_TRIED - 1, PORT_MAX);
  for (let each = first; each <= last; each++) {
    if (each !== running && !(await isFree(each))) continue;
    if (each > first) screen.tell(`port ${first} is in use by another program: taking ${each}`);
    return each;
  }
  throw new CliError(
    `a port from ${first} to ${last} must be free, got none. Stop what listens there, or name a ` +
      'port with --port.',
  );
}

/** @throws CliError if another program listens there */
export async function requireFreePort(port: number): Promise<void> {
  if (await isFree(port)) return;
  throw new CliError(
    `port ${port} must be free, got one where another program listens, which may be the server ` +
      `of another folder. Stop that program, or take another port, such as --port ${port + 1}.`,
  );
}

/** On both addresses of `localhost`, as far as this machine has them. */
async function isFree(port: number): Promise<boolean> {
  const failures = await Promise.all(
    ['127.0.0.1', '::1'].map((host) =>
      freePort(port, host).then(
        () => '',
        ({ code }: NodeJS.ErrnoException) => code,
      ),
    ),
  );
  return !failures.includes('EADDRINUSE');
}
