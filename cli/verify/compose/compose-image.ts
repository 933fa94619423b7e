/** Whether a service of a compose file runs Redis or a server like it, by its image or command. */

import type { ServerEngine } from '../../server/redis-binary';
import type { ComposeWord } from './compose-word';
import { programOf, valueOfWord } from './compose-word';
import { isUnknownPart } from './interpolation';

export type ComposeEngine = ServerEngine | 'redis-stack' | 'keydb' | 'dragonfly';

export interface ComposeImage {
  readonly engine: ComposeEngine;
  /** `official`: of Redis or Valkey; `unknown` where the image is built or has no known name. */
  readonly maker: 'official' | 'bitnami' | 'other' | 'unknown';
  /** As compose resolves it; empty if the service is built. */
  readonly name: string;
  readonly tag: string;
  readonly digest: string;
  /** Of the tag: `7.2.4`, `7`; empty for `latest` and `alpine`. */
  readonly version: string;
  readonly line: number;
}

const ENGINES: Readonly<Record<string, ComposeEngine>> = {
  redis: 'redis',
  'redis-cluster': 'redis',
  'redis-sentinel': 'redis',
  'redis-stack': 'redis-stack',
  'redis-stack-server': 'redis-stack',
  valkey: 'valkey',
  'valkey-cluster': 'valkey',
  'valkey-sentinel': 'valkey',
  'valkey-bundle': 'valkey',
  keydb: 'keydb',
  dragonfly: 'dragonfly',
};

/** Programs that are a server. */
export const SERVER_PROGRAMS: Readonly<Record<string, ComposeEngine>> = {
  'redis-server': 'redis',
  'redis-sentinel': 'redis',
  'redis-stack-server': 'redis-stack',
  'valkey-server': 'valkey',
  'valkey-sentinel': 'valkey',
  'keydb-server': 'keydb',
  dragonfly: 'dragonfly',
};

/** Programs beside a server, by the name of their service. */
const NO_SERVER = /exporter|commander|insight|admin|-(?:ui|web|cli|init|backup|worker)$/;

const NO_IMAGE = { name: '', tag: '', digest: '', version: '' } as const;

/** @returns `undefined` for a service that is no Redis */
export function composeImageOf(
  service: string,
  image: ComposeWord | undefined,
  words: readonly ComposeWord[],
  line: number,
): ComposeImage | undefined {
  const started = words.flatMap(({ part }) => SERVER_PROGRAMS[programOf(part)] ?? []).at(0);
  const name = image === undefined ? '' : valueOfWord(image);
  const at = image?.line ?? line;
  if (
    image === undefined ||
    (isUnknownPart(image.part, image.filled) && partsOf(name).base === '')
  ) {
    const engine = started ?? (image && engineIn(service));
    return engine && { ...NO_IMAGE, engine, maker: 'unknown', line: at };
  }
  const { owner, base, tag, digest } = partsOf(name);
  const engine = ENGINES[base] ?? started;
  if (engine === undefined) return undefined;
  const exact = /\d+\.\d+\.\d+/.exec(tag)?.[0];
  const version = exact ?? /^v?(\d+(?:\.\d+)?)(?![\w.])/.exec(tag)?.[1] ?? '';
  return { engine, maker: makerOf(owner, base), name, tag, digest, version, line: at };
}

function engineIn(service: string): ComposeEngine | undefined {
  if (NO_SERVER.test(service)) return undefined;
  const [, engine] = /(?:^|[-_])(redis|valkey|keydb|dragonfly)(?:$|[-_\d])/.exec(service) ?? [];
  return engine === undefined ? undefined : ENGINES[engine];
}

/** `docker.io/library/redis:7-alpine@sha256:…`, in its parts. */
function partsOf(image: string) {
  const [rest = '', digest = ''] = image.split('@');
  const [, path = '', tag = ''] = /^(.*?)(?::([^/:]*))?$/.exec(rest) ?? [];
  const steps = path.toLowerCase().split('/');
  const base = steps.pop() ?? '';
  if (steps[0] === 'docker.io' || steps[0] === 'index.docker.io') steps.shift();
  return { owner: steps.join('/'), base, tag, digest };
}

function makerOf(owner: string, base: string): ComposeImage['maker'] {
  if (base === 'redis' && ['', 'library', 'mirror.gcr.io/library'].includes(owner))
    return 'official';
  if (base === 'redis' && owner === 'public.ecr.aws/docker/library') return 'official';
  if (base === 'valkey' && ['valkey', 'ghcr.io/valkey-io'].includes(owner)) return 'official';
  return /(?:^|\/)bitnami(?:legacy|secure)?$/.test(owner) ? 'bitnami' : 'other';
}
