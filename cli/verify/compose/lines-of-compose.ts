/**
 * Judges the Redis services of a compose file, from the file and those beside it alone: without a
 * container engine, and without changing anything. No line has a password in it.
 */

import { relative, resolve } from 'node:path';
import { failed, notTold, passed, type VerifyLine } from '../line';
import { type ComposeFile, readComposeFile } from './compose-file';
import { entryAt } from './compose-value';
import { containerLines } from './container-rules';
import { dataLines } from './data-rules';
import { healthLines } from './health-rules';
import { COMPOSE_CLAIMS, judgeOf } from './judge';
import { passwordLines } from './password-rules';
import { portLines } from './port-rules';
import { type RedisService, redisServices } from './redis-service';

const READ = 'compose-file-read';
const READ_CLAIM = COMPOSE_CLAIMS[READ];

/** @param today for ends of support */
export function linesOfCompose(path: string, today = new Date()): readonly VerifyLine[] {
  const file = readComposeFile(resolve(path));
  const shown = relative(process.cwd(), resolve(path)) || path;
  if ('reason' in file) {
    const made = failed(READ, READ_CLAIM, `${shown}: ${file.reason}`, 'repair the file');
    return [{ ...made, place: { file: shown, line: file.line ?? 1 } }];
  }
  const named = { ...file, path: shown };
  const all = redisServices(named);
  const services = all.filter(({ client }) => client === undefined);
  const lines = services.flatMap((service) => {
    const judge = judgeOf(named, service, today);
    return [
      ...passwordLines(judge),
      ...healthLines(judge),
      ...portLines(judge),
      ...dataLines(judge),
      ...containerLines(judge),
    ];
  });
  return [...unfollowed(named, services.length), ...all.flatMap(clientLine), ...lines];
}

/** A container of the image that connects to a server elsewhere: named, not judged. */
function clientLine({ name, client }: RedisService): readonly VerifyLine[] {
  if (client === undefined) return [];
  return [passed(READ, READ_CLAIM, `${name}: it runs \`${client}\`, no server, and is not judged`)];
}

/** Parts of the configuration that other files hold. */
function unfollowed(file: ComposeFile, services: number): readonly VerifyLine[] {
  const include = entryAt(file.root, 'include');
  const found: [string, number][] = [];
  if (include) found.push(['`include` names further files, which are not read', include.line]);
  if (services === 0 && !include) found.push(['no service runs Redis or Valkey', 1]);
  return found.map(([evidence, line]) => ({
    ...notTold(READ, READ_CLAIM, evidence, 'name the file with the Redis service'),
    place: { file: file.path, line },
  }));
}
