/**
 * Judges the Redis services of a compose file, from the file and those beside it alone: without a
 * container engine, and without changing anything. No line has a password in it.
 */

import { relative, resolve } from 'node:path';
import { failed, notTold, passed, type VerifyLine } from '../line';
import { type ComposeFile, readComposeFile } from './compose-file';
import { entryAt, scalarsOf } from './compose-value';
import { valueOfWord, wordOf } from './compose-word';
import { containerLines } from './container-rules';
import { dataLines } from './data-rules';
import { ExtendedServices } from './extended-services';
import { healthLines } from './health-rules';
import { COMPOSE_CLAIMS, judgeOf } from './judge';
import { passwordLines } from './password-rules';
import { portLines } from './port-rules';
import { type RedisService, redisServices } from './redis-service';

const READ = 'compose-file-read';
const READ_CLAIM = COMPOSE_CLAIMS[READ];

/** Files that `include` may name, with those within them. */
const FILES_MAX = 20;

/** @param today for ends of support */
export function linesOfCompose(path: string, today = new Date()): readonly VerifyLine[] {
  const file = readComposeFile(resolve(path));
  const shown = relative(process.cwd(), resolve(path)) || path;
  if ('reason' in file) {
    const made = failed(READ, READ_CLAIM, `${shown}: ${file.reason}`, 'repair the file');
    return [{ ...made, place: { file: shown, line: file.line ?? 1 } }];
  }
  const { lines, isFound } = linesOfFile({ ...file, path: shown }, today, new Set([file.path]));
  if (isFound) return lines;
  const none = 'no service runs Redis or Valkey';
  return [...lines, unread({ ...file, path: shown }, none, 1)];
}

interface LinesOfFile {
  readonly lines: readonly VerifyLine[];
  /** Whether a server is judged, or a part is not here to read. */
  readonly isFound: boolean;
}

/** @param seen paths of all files that are read, each once */
function linesOfFile(file: ComposeFile, today: Date, seen: Set<string>): LinesOfFile {
  const all = redisServices(file);
  const services = all.filter(({ client }) => client === undefined);
  const lines = services.flatMap((service) => {
    const judge = judgeOf(file, service, today);
    return [
      ...passwordLines(judge),
      ...healthLines(judge),
      ...portLines(judge),
      ...dataLines(judge),
      ...containerLines(judge),
    ];
  });
  const hidden = extendedElsewhere(file, all);
  const included = includedLines(file, today, seen);
  return {
    lines: [...hidden, ...all.flatMap(clientLine), ...lines, ...included.lines],
    isFound: services.length > 0 || hidden.length > 0 || included.isFound,
  };
}

/** A container of the image that connects to a server elsewhere: named, not judged. */
function clientLine({ name, client }: RedisService): readonly VerifyLine[] {
  if (client === undefined) return [];
  return [passed(READ, READ_CLAIM, `${name}: it runs \`${client}\`, no server, and is not judged`)];
}

/** Services without an image, whose `extends` names what is not here to read. */
function extendedElsewhere(file: ComposeFile, all: readonly RedisService[]): readonly VerifyLine[] {
  const services = entryAt(file.root, 'services')?.value;
  if (services?.kind !== 'mapping') return [];
  const extended = new ExtendedServices(file);
  return Array.from(services.entries).flatMap(([name, entry]) => {
    const { value, missing } = extended.of(entry.value);
    const isKnown = ['image', 'build'].some((key) => entryAt(value, key) !== undefined);
    if (missing === undefined || isKnown || all.some((each) => each.name === name)) return [];
    const evidence = `${name}: \`extends\` names ${missing}, which is not here to read`;
    return [unread(file, evidence, entry.line)];
  });
}

/** Of the files that `include` names. */
function includedLines(file: ComposeFile, today: Date, seen: Set<string>): LinesOfFile {
  const include = entryAt(file.root, 'include');
  const items = include?.value.kind === 'list' ? include.value.items : [];
  const found = items.map((item): LinesOfFile => {
    const given = item.kind === 'mapping' ? entryAt(item, 'path')?.value : item;
    const paths = scalarsOf(given).map((each) => valueOfWord(wordOf(each, file.variables)));
    const [path = ''] = paths;
    const read = paths.length === 1 ? readComposeFile(resolve(file.folder, path)) : undefined;
    if (read === undefined || 'reason' in read || seen.size >= FILES_MAX) {
      const evidence = `\`include\` names ${paths.join(', ')}, which is not read`;
      return { lines: [unread(file, evidence, item.line)], isFound: true };
    }
    if (seen.has(read.path)) return { lines: [], isFound: true };
    seen.add(read.path);
    const variables = { ...read.variables, ...file.variables };
    const shown = relative(process.cwd(), read.path) || read.path;
    return linesOfFile({ ...read, path: shown, variables }, today, seen);
  });
  return {
    lines: found.flatMap(({ lines }) => lines),
    isFound: found.some((each) => each.isFound),
  };
}

function unread(file: ComposeFile, evidence: string, line: number): VerifyLine {
  const made = notTold(READ, READ_CLAIM, evidence, 'name the file with the Redis service');
  return { ...made, place: { file: file.path, line } };
}
