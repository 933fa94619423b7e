/**
 * `develop --compose`: writes a hardened Redis as a compose file, with its password in a file that
 * git ignores and in `.env`.
 *
 * It starts nothing, needs no container engine, and writes over no file that it has not written.
 */

import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { Purpose } from '../../../lib/settings/purpose';
import { kindOf } from '../../aws/aws-failure';
import { CliError } from '../../aws/cloud';
import { writeBlock } from '../../dotenv/dotenv-file';
import type { CommandResult, Screen } from '../../terminal/screen';
import { linesOfCompose } from '../../verify/compose/lines-of-compose';
import {
  type DevelopmentFolder,
  developmentFolder,
  makeDevelopmentFolder,
} from '../development-folder';
import { runningPid } from '../development-server';
import { DEFAULT_FILE } from '../development-settings';
import { caFileIn, ensureCertificates } from '../development-tls';
import {
  type DevelopmentEnv,
  isPrivate,
  isWritten,
  linesOfBlock,
  readDevelopmentEnv,
} from '../development-variables';
import { locked } from '../lock';
import {
  COMPOSE_FILE,
  type ComposeSettings,
  type ComposeTexts,
  changedByHand,
  commandOf,
  composeTexts,
  SECRET_FOLDER,
  SECRET_NAME,
  SERVICE,
  writtenOptions,
} from './compose-files';
import { containerImage } from './container-image';

export interface ComposeOptions {
  readonly port?: number;
  readonly tls?: boolean;
  readonly purpose?: string;
  readonly file?: string;
  readonly image?: string;
  readonly digest?: string;
}

const DEFAULT_PORTS = { plain: 6379, tls: 6380 } as const;
/** Compose reads the first of these, and ignores the others. */
const OTHER_FILES = ['compose.yml', 'docker-compose.yaml', 'docker-compose.yml'];
/** For the user in the container; the folder above lets in no other user of this machine. */
const SECRET_MODE = 0o444;

export function developCompose(options: ComposeOptions, screen: Screen): Promise<CommandResult> {
  const parent = process.cwd();
  requireOwnFiles(parent);
  const settings = settingsOf(options, textOf(join(parent, COMPOSE_FILE)) ?? '');
  const { isTls } = settings;
  const env = readDevelopmentEnv(options.file ?? DEFAULT_FILE, []);
  const folder = developmentFolder(parent);
  const tls = join(folder.path, SECRET_FOLDER, 'tls');
  const at = { port: settings.port, isTls, caFile: caFileIn(tls) };
  // Throws before anything has changed, if the file sets a variable otherwise.
  linesOfBlock(env, at);
  makeDevelopmentFolder(folder);
  return locked(folder.lock, screen, async () => {
    requireStopped(folder);
    await writeSecrets(folder, env, isTls ? tls : undefined);
    const texts = composeTexts(settings);
    const changed = writeTexts(parent, texts);
    if (!isWritten(env, at) || !isPrivate(env.file))
      writeBlock(env.file, env.rest, linesOfBlock(env, at));
    return describe(settings, env, changed, screen);
  });
}

/** Options that are not given are those of the file that is there. */
function settingsOf(options: ComposeOptions, written: string): ComposeSettings {
  const { tls, port, purpose, image, digest } = writtenOptions(written);
  const isTls = options.tls ?? tls !== undefined;
  const isSameKind = isTls === (tls !== undefined);
  const kept = isSameKind && port !== undefined ? Number(port) : undefined;
  return {
    image: containerImage(
      options.image ?? image,
      options.digest ?? (options.image === undefined ? digest : undefined),
    ),
    isTls,
    port: options.port ?? kept ?? (isTls ? DEFAULT_PORTS.tls : DEFAULT_PORTS.plain),
    purpose: options.purpose ?? purpose ?? Purpose.CACHE.id,
  };
}

/** @throws CliError for a compose file that `develop` has not written, or that has changed */
function requireOwnFiles(parent: string): void {
  const other = OTHER_FILES.find((each) => existsSync(join(parent, each)));
  const path = join(parent, COMPOSE_FILE);
  const isThere = lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  const advice =
    'Run develop in a folder of its own, such as redis/, and add to your file: ' +
    "`include: ['redis/compose.yaml']`.";
  if (other !== undefined && !isThere) {
    throw new CliError(
      `${COMPOSE_FILE} must be the only compose file here, got ${other}, which compose would ` +
        `ignore from then on. ${advice}`,
    );
  }
  if (!isThere) return;
  const changed = changedByHand(textOf(path) ?? '', (each) => textOf(join(parent, each)));
  if (changed === undefined) {
    throw new CliError(
      `${path} must be a file that develop has written, got another; it is unchanged. ${advice}`,
    );
  }
  const [first] = changed;
  if (first === undefined) return;
  throw new CliError(
    `${join(parent, first)} must be as develop has written it, got changes by hand; nothing was ` +
      `written. Move them to compose.override.yaml, remove ${first}, and run develop again.`,
  );
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw new CliError(`${path} must be a file that you can read, got ${kindOf(code)}. Move it.`);
  }
}

/** Two servers would have the same variables. */
function requireStopped(folder: DevelopmentFolder): void {
  const pid = runningPid(folder);
  if (pid === undefined) return;
  throw new CliError(
    `${folder.path} must have no running server, got one as process ${pid}. Stop it with ` +
      '`npx secure-redis develop --stop`; its data is kept.',
  );
}

async function writeSecrets(folder: DevelopmentFolder, env: DevelopmentEnv, tls?: string) {
  const path = join(folder.path, SECRET_FOLDER);
  for (const each of [path, ...(tls === undefined ? [] : [tls])]) {
    mkdirSync(each, { recursive: true, mode: 0o700 });
    chmodSync(each, 0o700);
  }
  const [login] = env.logins;
  if (login !== undefined) writeSecret(join(path, SECRET_NAME), login.password.reveal());
  if (tls === undefined) return;
  const files = ['ca.crt', 'redis.crt', 'redis.key'].map((name) => join(tls, name));
  // Their owner may not write them either, and a container reads them again when it restarts.
  for (const each of files) if (existsSync(each)) chmodSync(each, 0o600);
  await ensureCertificates(tls, [SERVICE]);
  for (const each of files) chmodSync(each, SECRET_MODE);
}

/** A container keeps the file that it was started with, so that an equal one stays. */
function writeSecret(path: string, text: string): void {
  if (textOf(path) !== text) {
    rmSync(path, { force: true, recursive: true });
    writeFileSync(path, text, { flag: 'wx', mode: SECRET_MODE });
  }
  chmodSync(path, SECRET_MODE);
}

/** @returns the files that are new or changed */
function writeTexts(parent: string, texts: ComposeTexts): readonly string[] {
  const changed = Object.keys(texts).filter((each) => textOf(join(parent, each)) !== texts[each]);
  for (const each of changed) {
    const path = join(parent, each);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, texts[each] ?? '');
    // Another user reads them in the container.
    chmodSync(path, each.endsWith('.sh') ? 0o755 : 0o644);
  }
  return changed;
}

function describe(
  settings: ComposeSettings,
  env: DevelopmentEnv,
  changed: readonly string[],
  screen: Screen,
): CommandResult {
  const { image, port, isTls } = settings;
  const file = relative(process.cwd(), env.file) || env.file;
  const findings = linesOfCompose(COMPOSE_FILE).filter(({ verdict }) => verdict !== 'pass');
  const notes = [
    ...findings.map(({ evidence }) => evidence),
    ...(image.digest === undefined
      ? [
          `a tag can be moved: pin it with --digest, which \`docker buildx imagetools inspect ` +
            `${image.tagged}\` prints; this command asks no registry`,
        ]
      : []),
  ];
  const names = env.logins.map(({ passwordName, urlName }) => `${passwordName}, ${urlName}`);
  const state = changed.length === 0 ? 'unchanged' : 'written';
  return {
    exitCode: 0,
    lines: [
      screen.styled('green', `${state}: ${COMPOSE_FILE}, ${image.reference}`),
      ...(changed.length === 0 ? [] : [`  files      ${changed.join(', ')}: commit them`]),
      `  address    ${isTls ? 'rediss' : 'redis'}://localhost:${port}, this machine only`,
      '  password   a file secret, in no argument and no variable of the container',
      `  variables  ${names} in ${file}, readable only by you`,
      ...notes.map((note) => screen.styled('yellow', `  note       ${note}`)),
      `  start      docker compose up -d --wait ${SERVICE}`,
    ],
    json: {
      state,
      image: image.reference,
      port,
      isTls,
      purpose: settings.purpose,
      command: commandOf(settings),
      files: changed,
      file: env.file,
      notes,
    },
  };
}
