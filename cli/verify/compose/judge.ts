/** Makes the lines of one Redis service of a compose file: each names the service and the place. */

import { failed, notTold, passed, type VerifyLine } from '../line';
import type { ComposeFile } from './compose-file';
import type { RedisService } from './redis-service';

/** What should hold for a Redis of a compose file. */
export const COMPOSE_CLAIMS = {
  'compose-file-read': 'the compose file can be read, with its Redis services',
  'compose-password-required': 'a login needs a password',
  'compose-password-not-in-file': 'the compose file has no password in it',
  'compose-password-strong': 'the password is no known default and not weak',
  'compose-password-not-in-command': 'the command and `docker inspect` show no password',
  'compose-password-not-in-environment': 'the environment of the container has no password',
  'compose-password-not-in-health-check': 'the health check has no password in its arguments',
  'compose-text-kept': 'no `$` or quote changes a password',
  'compose-health-check': 'a health check fails when the server refuses a login or a command',
  'compose-health-check-reads-only': 'the health check writes no key',
  'compose-port-loopback': 'no port is open to every network',
  'compose-tls-beyond-loopback': 'no plaintext leaves this machine',
  'compose-dangerous-commands': 'FLUSHALL, KEYS and CONFIG are withheld from applications',
  'compose-data-volume': 'data is on a volume with a name',
  'compose-persistence': 'data survives a restart',
  'compose-memory-limit': 'the container has a memory limit',
  'compose-maxmemory': 'the server has a memory limit of its own',
  'compose-eviction-policy': 'an eviction policy is chosen',
  'compose-non-root': 'the server does not run as root',
  'compose-capabilities': 'all Linux capabilities are dropped',
  'compose-read-only-root': 'the root file system is read-only',
  'compose-no-new-privileges': 'no process gains privileges',
  'compose-exact-image': 'the image has an exact version',
  'compose-supported-engine': 'the engine gets security updates',
} as const;

export type ComposeClaim = keyof typeof COMPOSE_CLAIMS;

export interface Judge {
  readonly file: ComposeFile;
  readonly service: RedisService;
  readonly today: Date;
  pass(id: ComposeClaim, evidence: string): VerifyLine;
  /** @param line in the compose file; default: that of the service */
  fail(id: ComposeClaim, evidence: string, fix: string, line?: number, path?: string): VerifyLine;
  /** A failure since a key is missing: with `extends`, another file may have it. */
  missing(id: ComposeClaim, evidence: string, fix: string): VerifyLine;
  unknown(id: ComposeClaim, evidence: string, fix?: string, line?: number): VerifyLine;
}

export function judgeOf(file: ComposeFile, service: RedisService, today: Date): Judge {
  const evidenceOf = (text: string) => `${service.name}: ${text}`;
  const at = (made: VerifyLine, line = service.line, path = file.path): VerifyLine => ({
    ...made,
    place: { file: path, line },
  });
  const unknown = (id: ComposeClaim, evidence: string, fix?: string, line?: number) =>
    at(notTold(id, COMPOSE_CLAIMS[id], evidenceOf(evidence), fix), line);
  return {
    file,
    service,
    today,
    pass: (id, evidence) => at(passed(id, COMPOSE_CLAIMS[id], evidenceOf(evidence))),
    fail: (id, evidence, fix, line, path) =>
      at(failed(id, COMPOSE_CLAIMS[id], evidenceOf(evidence), fix), line, path),
    missing: (id, evidence, fix) =>
      service.isExtended
        ? unknown(id, `${evidence} here, and \`extends\` adds keys that are not read`, fix)
        : at(failed(id, COMPOSE_CLAIMS[id], evidenceOf(evidence), fix)),
    unknown,
  };
}
