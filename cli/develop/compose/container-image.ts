/** The image of a Redis in a container: an exact version of Redis or Valkey. */

import type { AclEngine } from '../../../contract/acl-commands';
import { CliError } from '../../aws/cloud';
import { isNewEnough } from '../../server/redis-binary';

export interface ContainerImage {
  /** With the digest, if there is one. */
  readonly reference: string;
  readonly tagged: string;
  readonly digest?: string;
  readonly engine: AclEngine;
  /** Ids of the user and the group in the image that own its data. */
  readonly user: number;
  readonly group: number;
  readonly isDefault: boolean;
}

/** Supported until 2030: see `end-of-life.ts`. */
export const DEFAULT_IMAGE = 'valkey/valkey:8.1.10-alpine';

const IMAGE = /^(redis|valkey\/valkey):(\d+\.\d+\.\d+)(-[\w.-]+)?$/;
const DIGEST = /^sha256:[0-9a-f]{64}$/;
const USER = 999;
const GROUPS = { alpine: 1000, debian: 999 } as const;

/** @throws CliError if the image has no exact version, or the digest is none */
export function containerImage(
  image: string | undefined,
  digest: string | undefined,
): ContainerImage {
  const tagged = image ?? DEFAULT_IMAGE;
  const [, name, version = '', variant = ''] = IMAGE.exec(tagged) ?? [];
  if (name === undefined) {
    throw new CliError(
      `--image must be redis or valkey/valkey with a version of three numbers, got '${tagged}'. ` +
        `Name one such as ${DEFAULT_IMAGE} or redis:7.4.11-alpine; a digest goes to --digest.`,
    );
  }
  if (!isNewEnough(version)) {
    throw new CliError(`--image must be 6.2 or newer, got ${version}. Name a newer one.`);
  }
  if (digest !== undefined && !DIGEST.test(digest)) {
    throw new CliError(
      `--digest must be sha256: and 64 hexadecimal digits, got '${digest}'. Take that of ` +
        `\`docker buildx imagetools inspect ${tagged}\`.`,
    );
  }
  return {
    reference: digest === undefined ? tagged : `${tagged}@${digest}`,
    tagged,
    ...(digest === undefined ? {} : { digest }),
    engine: { name: name === 'redis' ? 'redis' : 'valkey', version },
    user: USER,
    group: variant.startsWith('-alpine') ? GROUPS.alpine : GROUPS.debian,
    isDefault: tagged === DEFAULT_IMAGE,
  };
}
