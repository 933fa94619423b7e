/** The files of `develop --compose`: compose.yaml, and what the container reads. No password. */

import type { AclEngine } from '../../../contract/acl-commands';
import { Purpose } from '../../../lib/settings/purpose';
import { tlsLines } from '../../server/server-config';
import { applicationRules, CLIENTS_MAX, MEMORY_MIB, sha256 } from '../development-config';
import { FOLDER_NAME } from '../development-folder';
import { HEALTH_SCRIPT, START_SCRIPT } from './compose-scripts';
import type { ContainerImage } from './container-image';

export const COMPOSE_FILE = 'compose.yaml';
/** To be committed, beside the compose file. */
export const SHARED_FOLDER = 'secure-redis';
/** The name of the service, under which other services reach it. */
export const SERVICE = 'redis';
export const SECRET_NAME = 'redis_password';
/** Below the folder that git ignores. */
export const SECRET_FOLDER = 'compose';

export interface ComposeSettings {
  readonly image: ContainerImage;
  readonly port: number;
  readonly isTls: boolean;
  readonly purpose: string;
}

/** Text by path, relative to the project. */
export type ComposeTexts = Readonly<Record<string, string>>;

const SHARED = `/${SHARED_FOLDER}`;
const SECRETS = '/run/secrets';
const PRIVATE = '/run/secure-redis';
const TLS_SECRETS = ['ca.crt', 'redis.crt', 'redis.key'];
/** Twice the data, for the copy while the append-only file is written anew. */
const CONTAINER_MIB = 2 * MEMORY_MIB;

const MARK = '# secure-redis:';
const CHECKSUM_LENGTH = 16;

export function composeTexts(settings: ComposeSettings): ComposeTexts {
  const shared: ComposeTexts = {
    [`${SHARED_FOLDER}/start.sh`]: START_SCRIPT,
    [`${SHARED_FOLDER}/health.sh`]: HEALTH_SCRIPT,
    [`${SHARED_FOLDER}/redis.conf`]: configText(settings),
    [`${SHARED_FOLDER}/user.acl`]: userText(settings.image.engine),
  };
  const body = composeBody(settings);
  const sums = Object.entries({ [COMPOSE_FILE]: body, ...shared }).map(
    ([path, text]) => `${MARK} ${checksum(text)} ${path}`,
  );
  const head = [
    `# ${SERVICE}: written by \`${commandOf(settings)}\`, which`,
    '# writes it again while these checksums are right. Your changes: compose.override.yaml.',
    ...sums,
  ];
  return { [COMPOSE_FILE]: [...head, '', body].join('\n'), ...shared };
}

export function commandOf({ image, isTls, purpose, port }: ComposeSettings): string {
  const options = [
    ...(isTls ? ['--tls'] : []),
    ...(purpose === Purpose.CACHE.id ? [] : ['--purpose', purpose]),
    ...(port === portInside(isTls) ? [] : ['--port', String(port)]),
    ...(image.isDefault ? [] : ['--image', image.tagged]),
    ...(image.digest === undefined ? [] : ['--digest', image.digest]),
  ];
  return ['npx secure-redis develop --compose', ...options].join(' ');
}

/** The options in the first line of a compose file of `develop`. */
export function writtenOptions(composeText: string): Readonly<Record<string, string>> {
  const [, command = ''] =
    /^#.*`npx secure-redis develop --compose([^`\n]*)`/.exec(composeText) ?? [];
  const words = command.split(' ').filter((each) => each !== '');
  return Object.fromEntries(
    words.flatMap((word, index) => {
      const next = words[index + 1];
      if (!word.startsWith('--')) return [];
      return [[word.slice(2), next === undefined || next.startsWith('--') ? '' : next]];
    }),
  );
}

/** Files that a compose file of `develop` names and whose checksum is another: by hand. */
export function changedByHand(
  composeText: string,
  textOf: (path: string) => string | undefined,
): readonly string[] | undefined {
  const sums = Array.from(composeText.matchAll(/^# secure-redis: ([0-9a-f]{16}) (\S+)$/gm));
  if (sums.length === 0) return undefined;
  const [, body = ''] = /^(?:#.*\n)+\n([\s\S]*)$/.exec(composeText) ?? [];
  return sums.flatMap(([, sum = '', path = '']) => {
    const text = path === COMPOSE_FILE ? body : textOf(path);
    return text === undefined || checksum(text) === sum ? [] : [path];
  });
}

function checksum(text: string): string {
  return sha256(text).slice(0, CHECKSUM_LENGTH);
}

function portInside(isTls: boolean): number {
  return isTls ? 6380 : 6379;
}

function configText({ isTls, purpose }: ComposeSettings): string {
  const port = portInside(isTls);
  const { parameters } = Purpose.ALL.find(({ id }) => id === purpose) ?? Purpose.CACHE;
  return [
    '# Read by start.sh, which adds the user and the hash of its password.',
    '# The container has its own network: compose.yaml publishes the port on loopback.',
    'bind * -::*',
    'protected-mode yes',
    ...(isTls ? tlsLines(SECRETS, port) : [`port ${port}`]),
    'dir /data',
    'logfile ""',
    'appendonly yes',
    'save ""',
    `maxmemory ${MEMORY_MIB}mb`,
    `maxclients ${CLIENTS_MAX}`,
    ...Object.entries(parameters).map(([name, value]) => `${name} ${value || '""'}`),
    '',
  ].join('\n');
}

function userText(engine: AclEngine): string {
  return `user default ${applicationRules(engine).join(' ')}\n`;
}

function composeBody({ image, port, isTls }: ComposeSettings): string {
  const { engine, reference, user, group } = image;
  const inside = portInside(isTls);
  const secrets = [SECRET_NAME, ...(isTls ? TLS_SECRETS : [])];
  const secret = `${SECRETS}/${SECRET_NAME}`;
  const health = [
    `${engine.name}-cli`,
    `'${inside}'`,
    secret,
    ...(isTls ? [`${SECRETS}/ca.crt`] : []),
  ];
  const start = [`${SHARED}/redis.conf`, secret, `${SHARED}/user.acl`, PRIVATE];
  return `services:
  ${SERVICE}:
    image: ${reference}
    entrypoint: [sh, ${SHARED}/start.sh]
    command:
      - ${engine.name}-server
${start.map((each) => `      - ${each}\n`).join('')}\
    user: '${user}:${group}'
    read_only: true
    cap_drop: [ALL]
    security_opt: ['no-new-privileges:true']
    mem_limit: ${CONTAINER_MIB}m
    pids_limit: 64
    restart: unless-stopped
    stop_grace_period: 30s
    ports:
      - '127.0.0.1:${port}:${inside}'
    tmpfs:
      - ${PRIVATE}:mode=0700,uid=${user},gid=${group},size=1m
    volumes:
      - redis-data:/data
      - ./${SHARED_FOLDER}:${SHARED}:ro
    secrets:
${secrets.map((each) => `      - ${each}\n`).join('')}\
    healthcheck:
      test: [CMD, sh, ${SHARED}/health.sh, ${health.join(', ')}]
      interval: 10s
      timeout: 5s
      retries: 3
      start_period: 60s

volumes:
  redis-data:

secrets:
${secrets.map((each) => secretText(each)).join('')}`;
}

/** Compose mounts the file as it is, and ignores `uid`, `gid` and `mode`. */
function secretText(name: string): string {
  const path = name === SECRET_NAME ? name : `tls/${name}`;
  return `  ${name}:\n    file: ./${FOLDER_NAME}/${SECRET_FOLDER}/${path}\n`;
}
