/** Reads INFO and CONFIG of a server. Values are checked: they are texts of the server. */

import { RespError, type RespReply } from '../../../contract/resp';
import { endWords, shownCode } from '../../server/end-words';
import { ProbeEnd, type ServerProbe } from '../../server/probe';
import { type Fact, told, untold } from './fact';

export type ServerInfo = ReadonlyMap<string, string>;

/** Parameters that are asked for, none of which is a secret. */
const PARAMETERS = [
  'bind',
  'protected-mode',
  'port',
  'maxclients',
  'maxmemory',
  'maxmemory-policy',
  'appendonly',
  'save',
] as const;

export type Parameter = (typeof PARAMETERS)[number];

/** Values by name. A server may lack some, and a login may not be allowed to ask. */
export type ServerConfig = ReadonlyMap<Parameter, Fact<string>>;

const GRANT_INFO = 'Verify with a login that may run INFO and CONFIG GET';

export async function readInfo(probe: ServerProbe): Promise<Fact<ServerInfo>> {
  const reply = await probe.ask('INFO');
  if (typeof reply !== 'string')
    return untold(`INFO is answered by ${shownReply(reply)}`, GRANT_INFO);
  const pairs = reply.split(/\r?\n/).flatMap((line) => {
    const colon = line.indexOf(':');
    return colon > 0 ? [[line.slice(0, colon), line.slice(colon + 1)] as const] : [];
  });
  return told(new Map(pairs));
}

/** One after the other: Redis before 7.0 takes one name. */
export async function readConfig(probe: ServerProbe): Promise<ServerConfig> {
  const pairs = await Promise.all(
    PARAMETERS.map(async (name) => {
      const reply = await probe.ask('CONFIG', 'GET', name);
      return [name, valueIn(reply, name)] as const;
    }),
  );
  return new Map(pairs);
}

function valueIn(reply: RespReply | ProbeEnd, name: string): Fact<string> {
  if (Array.isArray(reply)) {
    const [key, value] = reply as readonly RespReply[];
    if (key === name && typeof value === 'string') return told(value);
    return untold(`the server has no parameter ${name}`);
  }
  return untold(`CONFIG GET is answered by ${shownReply(reply)}`, GRANT_INFO);
}

/** NOPERM, or another code; never a text of the server. */
export function shownReply(reply: RespReply | ProbeEnd): string {
  if (reply instanceof ProbeEnd) return endWords(reply);
  return reply instanceof RespError ? shownCode(reply.code) : 'something else than a text';
}

/** The first of these that is known. */
export function firstKnown<T>(first: Fact<T>, ...others: readonly Fact<T>[]): Fact<T> {
  return [first, ...others].find(({ isKnown }) => isKnown) ?? first;
}

/** A value of INFO that has a format. */
export function inInfo(info: Fact<ServerInfo>, name: string, format: RegExp): Fact<string> {
  if (!info.isKnown) return info;
  const value = info.value.get(name);
  if (value !== undefined && format.test(value)) return told(value);
  return untold(`INFO has no ${name}`);
}

export function checkedValue(config: ServerConfig, name: Parameter, format: RegExp): Fact<string> {
  const fact = config.get(name) ?? untold(`${name} was not asked`);
  if (!fact.isKnown || format.test(fact.value)) return fact;
  return untold(`the server has an unknown value of ${name}`);
}

export function mapFact<T, U>(fact: Fact<T>, map: (value: T) => U): Fact<U> {
  return fact.isKnown ? told(map(fact.value)) : fact;
}
