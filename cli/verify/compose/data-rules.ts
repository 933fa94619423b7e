/** Lines about memory, data and commands of a Redis in a compose file. */

import { posix } from 'node:path';
import type { VerifyLine } from '../line';
import { entryAt, scalarsOf } from './compose-value';
import { valueOfWord, wordOf } from './compose-word';
import { isUnknownPart } from './interpolation';
import type { Judge } from './judge';
import { withheldLine } from './withheld-rule';

const NO_LIMIT = /^0*(?:[kmg]b?)?$/i;

export function dataLines(judge: Judge): readonly VerifyLine[] {
  const container = memoryLimit(judge);
  if (judge.service.role === 'sentinel') return [container];
  if (judge.service.image.engine === 'dragonfly') {
    const unknown = (id: Parameters<Judge['unknown']>[0]) =>
      judge.unknown(id, 'the settings of Dragonfly are not known here');
    return [
      container,
      volume(judge),
      unknown('compose-persistence'),
      unknown('compose-maxmemory'),
      unknown('compose-eviction-policy'),
      unknown('compose-dangerous-commands'),
    ];
  }
  return [
    container,
    maxmemory(judge),
    policy(judge),
    volume(judge),
    persistence(judge),
    withheldLine(judge),
  ];
}

/** The last value of a directive in each way of starting; `undefined` where one has none. */
function directive({ service }: Judge, name: string): string | undefined {
  const [first, ...rest] = service.starts.map((start) => {
    const found = start.filter((each) => each.name === name).at(-1);
    return found?.values.map(valueOfWord).join(' ');
  });
  return rest.some((each) => each === undefined) ? undefined : first;
}

/** A line for a directive that is missing; what cannot be read may have it. */
function absent(judge: Judge, ...given: Parameters<Judge['missing']>): VerifyLine {
  const [id, , fix] = given;
  const [hidden] = judge.service.unread;
  if (hidden !== undefined) return judge.unknown(id, `${hidden} is not here to read`, fix);
  const { image, script, starts } = judge.service;
  const isHidden = script !== undefined && starts.flat().length === 0;
  if (image.maker === 'unknown' || isHidden) {
    const why = isHidden
      ? 'a script starts it in a way that is not followed'
      : 'its image is built or not named';
    return judge.unknown(id, why, fix);
  }
  return judge.missing(...given);
}

function memoryLimit(judge: Judge): VerifyLine {
  const id = 'compose-memory-limit';
  const { file, service } = judge;
  const paths = [['mem_limit'], ['deploy', 'resources', 'limits', 'memory']];
  const found = paths.flatMap((path) => scalarsOf(entryAt(service.value, ...path)?.value));
  const [limit] = found.map((each) => valueOfWord(wordOf(each, file.variables)));
  if (limit !== undefined && !NO_LIMIT.test(limit)) return judge.pass(id, `it is ${limit}`);
  const fix = 'set mem_limit to about twice maxmemory, for the copy during a save';
  return judge.missing(id, 'there is none', fix);
}

function maxmemory(judge: Judge): VerifyLine {
  const id = 'compose-maxmemory';
  const value = directive(judge, 'maxmemory');
  if (value !== undefined && !NO_LIMIT.test(value)) return judge.pass(id, `maxmemory is ${value}`);
  const fix = 'set maxmemory below mem_limit: the kernel ends a server that outgrows it';
  return absent(judge, id, 'maxmemory is not set', fix);
}

function policy(judge: Judge): VerifyLine {
  const id = 'compose-eviction-policy';
  const value = directive(judge, 'maxmemory-policy');
  if (value !== undefined && value !== '') return judge.pass(id, `it is ${value}`);
  const fix =
    'set maxmemory-policy: allkeys-lru for a cache, volatile-lru for sessions, or noeviction';
  return absent(judge, id, 'maxmemory-policy is not set', fix);
}

/** A cache may lose its data: it evicts any key, and saves nothing. */
function isCacheOnly(judge: Judge): boolean {
  const evicts = /^allkeys-/.test(directive(judge, 'maxmemory-policy') ?? '');
  return evicts && isSavedNever(judge);
}

function isSavedNever(judge: Judge): boolean {
  const saves = directive(judge, 'save');
  const isOff = saves !== undefined && saves.replaceAll(/["'\s]/g, '') === '';
  return isOff && directive(judge, 'appendonly') !== 'yes';
}

function volume(judge: Judge): VerifyLine {
  const id = 'compose-data-volume';
  const { mounts, image } = judge.service;
  const folder = dataFolder(judge);
  const holding = mounts
    .filter(({ target }) => target !== '' && isWithin(folder ?? '', target))
    .sort((a, b) => b.target.length - a.target.length)[0];
  if (folder !== undefined && holding && holding.source !== '') {
    return judge.pass(id, `${holding.target} is on ${holding.source}`);
  }
  if (isCacheOnly(judge)) return judge.pass(id, 'it saves nothing and evicts any key: a cache');
  if (folder === undefined) return judge.unknown(id, 'its `dir` is a variable without a value');
  const fix = `mount a named volume at ${folder}`;
  const elsewhere = mounts.find(({ source, target }) => isVolume(source) && target !== '');
  if (elsewhere && ['other', 'unknown'].includes(image.maker) && !isDirGiven(judge)) {
    return judge.unknown(id, `whether its image writes to ${elsewhere.target} is not known`, fix);
  }
  if (holding) return judge.missing(id, 'its volume has no name', fix);
  const why = elsewhere
    ? `the server writes to ${folder}, and the volume is at ${elsewhere.target}`
    : 'there is none';
  return judge.missing(id, why, fix);
}

const isVolume = (source: string) => source !== '' && !/\.(?:conf|acl|sh)$/.test(source);
const isDirGiven = (judge: Judge) => directive(judge, 'dir') !== undefined;

/** Where the server writes: `dir`, from the folder that the image starts in. */
function dataFolder(judge: Judge): string | undefined {
  const { file, service } = judge;
  const [folder] = scalarsOf(entryAt(service.value, 'working_dir')?.value);
  const images =
    service.image.maker === 'bitnami' ? `/bitnami/${service.image.engine}/data` : '/data';
  const start = folder ? valueOfWord(wordOf(folder, file.variables)) : images;
  const given = service.starts.flat().filter(({ name }) => name === 'dir');
  if (given.some(({ values }) => values.some((each) => isUnknownPart(each.part, each.filled)))) {
    return undefined;
  }
  const dir = (directive(judge, 'dir') ?? '').replaceAll(/^["']|["']$/g, '');
  return posix.resolve('/', start, dir);
}

function isWithin(path: string, folder: string): boolean {
  return !posix.relative(posix.resolve('/', folder), path).startsWith('..');
}

function persistence(judge: Judge): VerifyLine {
  const id = 'compose-persistence';
  if (!isSavedNever(judge)) {
    const [hidden] = judge.service.unread;
    if (hidden !== undefined && directive(judge, 'appendonly') !== 'yes') {
      return judge.unknown(id, `${hidden} is not here to read`);
    }
    const how = directive(judge, 'appendonly') === 'yes' ? 'append-only file' : 'snapshots';
    return judge.pass(id, how);
  }
  if (isCacheOnly(judge)) return judge.pass(id, 'it evicts any key: a cache, which may be lost');
  const fix = 'set `appendonly yes`, or for a cache maxmemory-policy allkeys-lru';
  return judge.missing(id, 'snapshots and append-only file are off', fix);
}
