/** Lines about the container and the image of a Redis in a compose file. */

import { endOfSupport } from '../../server/end-of-life';
import type { VerifyLine } from '../line';
import { entryAt, scalarsOf } from './compose-value';
import { programOf, valueOfWord, wordOf } from './compose-word';
import type { Judge } from './judge';
import { commandAfterEntrypoint } from './service-command';

/** Capabilities that the entry point of the image needs to become another user. */
const HARMLESS = [
  'SETUID',
  'SETGID',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'IPC_LOCK',
  'SYS_RESOURCE',
];

const IMAGE_ENTRYPOINT = 'docker-entrypoint.sh';
const ENTRYPOINT_IN_SCRIPT =
  /\bdocker-entrypoint\.sh\s+["']?(?:redis|valkey|keydb)-(?:server|sentinel)\b/;
/** `gosu redis redis-server`. */
const CHANGED_USER = /\b(?:gosu|su-exec)\s+["']?(?!root\b|0\b)([\w:-]+)["']?\s+\S*server\b/;

export function containerLines(judge: Judge): readonly VerifyLine[] {
  return [
    nonRoot(judge),
    capabilities(judge),
    readOnly(judge),
    noNewPrivileges(judge),
    exactImage(judge),
    supported(judge),
  ];
}

function textsOf({ file, service }: Judge, key: string): readonly string[] {
  const found = scalarsOf(entryAt(service.value, key)?.value);
  return found.map((each) => valueOfWord(wordOf(each, file.variables)));
}

const isTrue = (judge: Judge, key: string) =>
  /^(?:true|yes|on)$/i.test(textsOf(judge, key)[0] ?? '');

function lineOf({ service }: Judge, key: string): number {
  return entryAt(service.value, key)?.line ?? service.line;
}

function nonRoot(judge: Judge): VerifyLine {
  const id = 'compose-non-root';
  const fix = "set `user: '999:1000'` for an image of Alpine, `user: '999:999'` for one of Debian";
  const { image, script } = judge.service;
  const [user] = textsOf(judge, 'user');
  const isRoot = user !== undefined && /^(?:root|0)(?::|$)/.test(user);
  if (user !== undefined && user !== '' && !isRoot) return judge.pass(id, `it is user ${user}`);
  if (isRoot) {
    const why = '`user` is root, as which health checks and `docker exec` run, too';
    return judge.fail(id, why, fix, lineOf(judge, 'user'));
  }
  if (image.maker === 'bitnami' && user === undefined)
    return judge.pass(id, 'the image runs it as user 1001');
  const changes = image.maker === 'official' || ['keydb', 'dragonfly'].includes(image.engine);
  if (changes && leavesRoot(judge)) {
    return judge.pass(id, 'the entry point of the image changes to a user without rights');
  }
  const [, other] = CHANGED_USER.exec(textOfCommand(judge)) ?? [];
  if (other !== undefined) return judge.pass(id, `it changes to user ${other}`);
  if (changes) {
    const why = script === undefined ? 'it starts as root' : 'a shell starts it, as root';
    return judge.missing(id, why, fix);
  }
  if (image.engine === 'redis-stack') return judge.missing(id, 'the image runs it as root', fix);
  return judge.unknown(id, 'the user of its image is not known', fix);
}

/** The entry point of the image changes the user only if it starts the server itself. */
function leavesRoot({ service }: Judge): boolean {
  const { words, hasOwnEntrypoint, script, mounts } = service;
  if (mounts.some(({ target }) => programOf(target) === IMAGE_ENTRYPOINT)) return false;
  if (script && ENTRYPOINT_IN_SCRIPT.test(script.word.part)) return true;
  const inits = words.slice(0, words.length - commandAfterEntrypoint(words).length);
  const hasImages = inits.some(({ part }) => programOf(part) === IMAGE_ENTRYPOINT);
  const [first] = commandAfterEntrypoint(words);
  const startsServer =
    first === undefined || /^-|\.conf$|(?:server|sentinel)$/.test(programOf(valueOfWord(first)));
  return startsServer && (!hasOwnEntrypoint || hasImages);
}

function textOfCommand({ service: { words, script } }: Judge): string {
  return script?.word.part ?? words.map(valueOfWord).join(' ');
}

function capabilities(judge: Judge): VerifyLine {
  const id = 'compose-capabilities';
  const fix = 'set `cap_drop: [ALL]`';
  if (isTrue(judge, 'privileged')) {
    return judge.fail(id, 'it is privileged', 'remove `privileged`', lineOf(judge, 'privileged'));
  }
  const added = textsOf(judge, 'cap_add').find(
    (each) => !HARMLESS.includes(each.toUpperCase().replace(/^CAP_/, '')),
  );
  if (added !== undefined) {
    return judge.fail(id, `${added} is added`, 'remove it', lineOf(judge, 'cap_add'));
  }
  const isDropped = textsOf(judge, 'cap_drop').some((each) => /^all$/i.test(each));
  return isDropped ? judge.pass(id, 'all are dropped') : judge.missing(id, 'they are not', fix);
}

function readOnly(judge: Judge): VerifyLine {
  const id = 'compose-read-only-root';
  const fix = 'set `read_only: true`, with a tmpfs where the server writes beside its data';
  if (isTrue(judge, 'read_only')) return judge.pass(id, 'it is');
  return judge.missing(id, 'it is writable', fix);
}

function noNewPrivileges(judge: Judge): VerifyLine {
  const id = 'compose-no-new-privileges';
  const isSet = textsOf(judge, 'security_opt').some((each) =>
    /^no-new-privileges(?:[:=]true)?$/.test(each),
  );
  if (isSet) return judge.pass(id, 'it is set');
  return judge.missing(id, 'it is not set', 'set `security_opt: [no-new-privileges:true]`');
}

function exactImage(judge: Judge): VerifyLine {
  const id = 'compose-exact-image';
  const { digest, tag, name, version, line, maker } = judge.service.image;
  if (/^sha256:[0-9a-f]{64}$/.test(digest)) return judge.pass(id, 'it has a digest');
  if (maker === 'unknown' || name === '') {
    return judge.unknown(id, 'the image is built, or a variable without a value', undefined, line);
  }
  if (/^\d+\.\d+\.\d+$/.test(version)) return judge.pass(id, `tag ${tag}`);
  const what = tag === '' ? 'it has no tag, which means latest' : `tag ${tag} moves`;
  const fix = 'name a version of three numbers, such as redis:7.4.11-alpine, or a digest';
  return judge.fail(id, what, fix, line);
}

function supported(judge: Judge): VerifyLine {
  const id = 'compose-supported-engine';
  const { engine, name, tag, version, line } = judge.service.image;
  if (/bitnamilegacy\//.test(name)) {
    const evidence = 'images of bitnamilegacy have had no update since August 2025';
    return judge.fail(id, evidence, 'take an image of Redis or Valkey', line);
  }
  if (engine !== 'redis' && engine !== 'valkey') {
    return judge.unknown(
      id,
      `the end of support of ${engine} is not in the table`,
      undefined,
      line,
    );
  }
  if (name === '') return judge.unknown(id, 'the version is not known here', undefined, line);
  const end = endOfSupport(engine, version, judge.today);
  if (end === undefined) {
    const evidence = `tag ${tag || 'latest'} is the newest release when it is pulled`;
    return judge.pass(id, evidence);
  }
  const product = engine === 'redis' ? 'Redis' : 'Valkey';
  const until = end.date === undefined ? 'before the table begins' : `on ${end.date}`;
  if (end.isOver) {
    const fix = 'take a release that is supported, such as Redis 7.4 or Valkey 8.1';
    return judge.fail(id, `${product} ${end.release} ended ${until}`, fix, line);
  }
  const left = end.date === undefined ? 'is supported' : `is supported until ${end.date}`;
  return judge.pass(id, `${product} ${end.release} ${left}`);
}
