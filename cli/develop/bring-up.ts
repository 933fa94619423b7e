/** Starts a development server, or starts it again if its settings have changed. */

import { writeFileSync } from 'node:fs';
import { SecretText } from '../../contract/secret-text';
import { CliError } from '../aws/cloud';
import type { Screen } from '../terminal/screen';
import { developmentConfig, sha256 } from './development-config';
import { runningPid, startServer, stopServer } from './development-server';
import { type DevelopmentSettings, parametersOfSettings } from './development-settings';
import { ensureCertificates } from './development-tls';
import { checkServer, type DevelopmentOutcome, type DevelopmentPlan, engineOf } from './plan';
import { requireFreePort } from './port';

export interface BroughtUp {
  readonly outcome: DevelopmentOutcome;
  /** What the next run remembers. */
  readonly saved: DevelopmentSettings;
}

/** Starts the server, unless it runs with the same settings. */
export async function bringUp(plan: DevelopmentPlan, screen: Screen): Promise<BroughtUp> {
  const { folder, settings, server, at } = plan;
  const pid = runningPid(folder);
  const renewed = settings.tls ? await ensureCertificates(folder.tls) : undefined;
  if (renewed !== undefined) screen.tell(`made ${renewed} in ${folder.tls}`);
  const fingerprint = fingerprintOf(plan);
  if (pid !== undefined) {
    const isSame = renewed === undefined && settings.fingerprint === fingerprint;
    if (isSame && (await checkServer(at, settings, 'PING')) === 'PONG') {
      return { outcome: 'already running', saved: settings };
    }
    const why = isSame ? 'which does not answer' : 'with other settings';
    screen.tell(`restarting the server, ${why}; its data is kept`);
    await stopServer(folder, pid);
  }
  await requireFreePort(at.port);
  const leftOut = await start(plan);
  const saved = { ...settings, leftOut, fingerprint, engine: server.engine };
  return { outcome: pid === undefined ? 'started' : 'restarted', saved };
}

/** Of everything that a server is started with. */
function fingerprintOf(plan: DevelopmentPlan): string {
  const { version, path } = plan.server;
  return sha256(JSON.stringify([version, path, textOf(plan, [])]));
}

function textOf(
  { folder, settings, env, server, at }: DevelopmentPlan,
  leftOut: readonly string[],
): string {
  const all = Object.entries(parametersOfSettings(settings));
  return developmentConfig({
    folder,
    ...at,
    engine: engineOf(server),
    parameters: Object.fromEntries(all.filter(([name]) => !leftOut.includes(name))),
    blockedCommands: settings.like?.blockedCommands ?? [],
    logins: env.logins,
    checkPassword: SecretText.of(settings.checkPassword),
  });
}

/**
 * Starts the server without the parameters that it does not have: it is asked, since each version
 * has its own, and ElastiCache has more. @returns their names
 */
async function start(plan: DevelopmentPlan): Promise<readonly string[]> {
  const { folder, settings, server } = plan;
  const names = Object.keys(parametersOfSettings(settings));
  const leftOut: string[] = [];
  for (let tries = 0; tries <= names.length; tries++) {
    writeFileSync(folder.config, textOf(plan, leftOut), { mode: 0o600 });
    const started = await startServer(server.path, folder, () =>
      checkServer(plan.at, settings, 'PING'),
    );
    if ('pid' in started) return leftOut;
    const [, refused = ''] = /^>>> '([^ ']+)/.exec(started.failure) ?? [];
    if (!names.includes(refused) || leftOut.includes(refused)) {
      throw new CliError(
        `${server.path} ${server.version} must start, got: ${started.failure}. ` +
          `${adviceFor(started.failure)} Its output is in ${folder.log}.`,
      );
    }
    leftOut.push(refused);
  }
  throw new CliError(`${server.path} must start with fewer parameters; see ${folder.log}.`);
}

/** Advice for a server that does not start, by its last output. */
const ADVICE: readonly (readonly [RegExp, string])[] = [
  [
    /RDB format version|append only file|AOF|appendonly/i,
    'Its data may be of another server: name that one with --server, or delete the data with ' +
      '--reset.',
  ],
  [/TLS|tls-/, 'Take a server that is built with TLS, with --server.'],
  [/in use|bind|listen/i, 'Take another port with --port.'],
  [/memory/i, 'Free memory on this machine.'],
];

function adviceFor(failure: string): string {
  return ADVICE.find(([words]) => words.test(failure))?.[1] ?? 'Take another one with --server.';
}
