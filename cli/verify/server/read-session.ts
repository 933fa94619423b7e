/** Reads what a logged-in connection tells: replies to an application, settings, rights, log. */

import { helloOf, PONG, RespError, type RespReply } from '../../../contract/resp';
import type { SecretText } from '../../../contract/secret-text';
import { endWords, shownCode } from '../../server/end-words';
import { ProbeEnd, type ServerProbe } from '../../server/probe';
import { isClusterNode, isSentinel } from '../../server/server-mode';
import { type Fact, told, untold } from './fact';
import { type ClusterNode, readNodes } from './read-cluster';
import { readCommands } from './read-commands';
import { nameToSend, rightPasswordOf } from './read-logins';
import type { AppReply, LoginFacts, NetworkFacts, SessionFacts, TlsFacts } from './server-facts';
import {
  checkedValue,
  firstKnown,
  inInfo,
  mapFact,
  readConfig,
  readInfo,
  type ServerConfig,
  type ServerInfo,
  shownReply,
} from './server-info';

export interface SessionTarget {
  readonly host: string;
  readonly username?: string;
  readonly password?: SecretText;
  readonly database: number;
}

export interface ReadSession {
  readonly rightPassword: LoginFacts['rightPassword'];
  readonly session: SessionFacts;
  readonly bind: NetworkFacts['bind'];
  readonly plaintextPort: TlsFacts['plaintextPort'];
  readonly isSentinel: boolean;
  /** Absent unless the server is a node of a cluster. */
  readonly nodes?: Fact<readonly ClusterNode[]>;
}

const NUMBER = /^\d{1,15}$/;
const WORD = /^[a-z-]{1,30}$/;
const VERSION = /^\d{1,3}(\.\d{1,5}){1,3}$/;
const BOUND = /^[\w.:*%\s-]{0,400}$/;
const SAVE = /^[\d\s]{0,200}$/;
const LOG_ENTRIES = '10';
/** A wrong login of this run is younger. */
const LOG_AGE_SECONDS_MAX = 30;

/** `refusedFor` resolves once the wrong login has its answer: its user, if it was refused. */
export async function readSession(
  opened: ServerProbe | ProbeEnd,
  target: SessionTarget,
  refusedFor: Promise<string | undefined>,
): Promise<ReadSession> {
  if (opened instanceof ProbeEnd) return withoutSession(untold(endWords(opened)), endWords(opened));
  const { username, password, database } = target;
  const rightPassword =
    password === undefined
      ? untold('the url has no password')
      : rightPasswordOf(await opened.logIn(nameToSend(username), password));
  if (password !== undefined && !isAccepted(rightPassword)) {
    opened.close();
    return withoutSession(rightPassword, 'the login was not accepted');
  }
  const [application, info, config] = await Promise.all([
    readApplication(opened, database),
    readInfo(opened),
    readConfig(opened),
  ]);
  const commands = await readCommands(opened, username);
  const isInCluster = info.isKnown && isClusterNode(info.value);
  const nodes = isInCluster ? await readNodes(opened, target.host) : undefined;
  const isFailureLogged = await readLog(opened, await refusedFor);
  opened.close();
  const settings = settingsOf(info, config);
  return {
    rightPassword,
    session: { application, commands, isFailureLogged, ...settings },
    bind: bindOf(info, config),
    plaintextPort: plaintextPortOf(info, config),
    isSentinel: info.isKnown && isSentinel(info.value),
    nodes,
  };
}

function isAccepted(fact: LoginFacts['rightPassword']): boolean {
  return fact.isKnown && fact.value === 'accepted';
}

function withoutSession(rightPassword: LoginFacts['rightPassword'], why: string): ReadSession {
  const none = untold(why, 'Correct the url first');
  return {
    rightPassword,
    bind: none,
    plaintextPort: none,
    isSentinel: false,
    session: {
      application: none,
      engine: none,
      commands: none,
      maxMemoryBytes: none,
      evictionPolicy: none,
      isAppendOnly: none,
      savesSnapshots: none,
      connections: none,
      isProtected: none,
      isFailureLogged: none,
    },
  };
}

/** Libraries begin with HELLO, select the database, and test the connection by PING. */
async function readApplication(
  probe: ServerProbe,
  database: number,
): Promise<SessionFacts['application']> {
  const [hello, select, ping] = await Promise.all([
    probe.ask('HELLO', '2'),
    probe.ask('SELECT', String(database)),
    probe.ask('PING'),
  ]);
  const replies: readonly AppReply[] = [
    appReply('HELLO', hello, (reply) => helloOf(reply) !== undefined),
    appReply(`SELECT ${database}`, select, (reply) => reply === 'OK'),
    appReply('PING', ping, (reply) => reply === PONG),
  ];
  return told(replies);
}

function appReply(
  command: string,
  reply: RespReply | ProbeEnd,
  isRight: (reply: RespReply) => boolean,
): AppReply {
  if (reply instanceof ProbeEnd) return { command, error: endWords(reply) };
  if (reply instanceof RespError) return { command, error: shownCode(reply.code) };
  return isRight(reply) ? { command } : { command, error: 'another answer than that of Redis' };
}

function settingsOf(info: Fact<ServerInfo>, config: ServerConfig) {
  const number = (name: string) => mapFact(inInfo(info, name, NUMBER), Number);
  const open = number('connected_clients');
  const max = firstKnown(
    number('maxclients'),
    mapFact(checkedValue(config, 'maxclients', NUMBER), Number),
  );
  return {
    engine: engineOf(info),
    maxMemoryBytes: firstKnown(
      number('maxmemory'),
      mapFact(checkedValue(config, 'maxmemory', NUMBER), Number),
    ),
    evictionPolicy: firstKnown(
      inInfo(info, 'maxmemory_policy', WORD),
      checkedValue(config, 'maxmemory-policy', WORD),
    ),
    isAppendOnly: firstKnown(
      mapFact(number('aof_enabled'), (value) => value === 1),
      mapFact(checkedValue(config, 'appendonly', WORD), (value) => value === 'yes'),
    ),
    savesSnapshots: mapFact(checkedValue(config, 'save', SAVE), (value) => value.trim() !== ''),
    isProtected: mapFact(checkedValue(config, 'protected-mode', WORD), (value) => value === 'yes'),
    connections:
      open.isKnown && max.isKnown
        ? told({ open: open.value, max: max.value })
        : ([open, max].find((each): each is Fact<never> => !each.isKnown) ?? untold('no INFO')),
  };
}

function engineOf(info: Fact<ServerInfo>): SessionFacts['engine'] {
  const valkey = inInfo(info, 'valkey_version', VERSION);
  if (valkey.isKnown) return told({ name: 'valkey', version: valkey.value });
  return mapFact(inInfo(info, 'redis_version', VERSION), (version) => ({ name: 'redis', version }));
}

/** Since 7.2 INFO has a line per listener: `name=tcp,bind=127.0.0.1,bind=-::1,port=6379`. */
function listenersOf(info: Fact<ServerInfo>): readonly (readonly string[])[] {
  if (!info.isKnown) return [];
  const found = Array.from(info.value).filter(([name]) => /^listener\d$/.test(name));
  return found.flatMap(([, text]) => (BOUND_LISTENER.test(text) ? [text.split(',')] : []));
}

const BOUND_LISTENER = /^[\w.:*%=,-]{1,800}$/;

function bindOf(info: Fact<ServerInfo>, config: ServerConfig): NetworkFacts['bind'] {
  const bound = checkedValue(config, 'bind', BOUND);
  if (bound.isKnown) {
    return told(bound.value === '' ? ['*'] : bound.value.trim().split(/\s+/));
  }
  const listeners = listenersOf(info).filter((each) => !each.includes('name=unix'));
  const names = listeners.flat().flatMap((each) => /^bind=(.+)$/.exec(each)?.[1] ?? []);
  return listeners.length > 0 ? told(names.length === 0 ? ['*'] : names) : bound;
}

function plaintextPortOf(info: Fact<ServerInfo>, config: ServerConfig) {
  const port = mapFact(checkedValue(config, 'port', NUMBER), Number);
  if (port.isKnown) return told(port.value === 0 ? undefined : port.value);
  const listeners = listenersOf(info);
  if (listeners.length === 0) return port;
  const plain = listeners.find((each) => each.includes('name=tcp'));
  const [, at] = /^port=(\d+)$/.exec(plain?.find((each) => each.startsWith('port=')) ?? '') ?? [];
  return told(at === undefined ? undefined : Number(at));
}

/** Looks into the log of ACLs, or else at the counter that INFO has since 7.2. */
async function readLog(
  probe: ServerProbe,
  username: string | undefined,
): Promise<SessionFacts['isFailureLogged']> {
  if (username === undefined) return untold('no login was refused in this run');
  const reply = await probe.ask('ACL', 'LOG', LOG_ENTRIES);
  if (Array.isArray(reply)) {
    const entries = reply as readonly RespReply[];
    return told(entries.some((entry) => isOfThisRun(entry, username)) ? 'logged' : 'neither');
  }
  const counted = inInfo(await readInfo(probe), 'acl_access_denied_auth', NUMBER);
  if (counted.isKnown && Number(counted.value) > 0) return told('counted');
  const fix = 'Verify with a login that may run ACL LOG, or watch the log or metrics of the server';
  return untold(`ACL LOG is answered by ${shownReply(reply as RespReply | ProbeEnd)}`, fix);
}

function isOfThisRun(entry: RespReply, username: string): boolean {
  if (!Array.isArray(entry)) return false;
  const fields = entry as readonly RespReply[];
  const field = (name: string) => fields[fields.indexOf(name) + 1];
  const isYoung = Number(field('age-seconds')) <= LOG_AGE_SECONDS_MAX;
  return field('reason') === 'auth' && field('username') === username && isYoung;
}
