/**
 * The conversation of `doctor` with a server: login, PING, SELECT, INFO, and one command in a
 * transaction that is discarded. Nothing that it sends changes a key or a setting.
 */

import type { RespReply } from '../../contract/resp';
import { RespError } from '../../contract/resp';
import type { SecretText } from '../../contract/secret-text';
import { ProbeEnd, type ServerProbe } from '../server/probe';
import type { ServerAddress } from '../server/server-address';
import { isSentinel } from '../server/server-mode';
import type { Said, Talk, Trial } from './connection-facts';

export interface TalkOptions {
  readonly password?: SecretText;
  /** Words of a command to try. */
  readonly command?: readonly string[];
  readonly readsOnly: boolean;
}

/** A key that no application has; the transaction with it is discarded. */
const OWN_TRIAL = ['SET', 'secure-redis:doctor', '1'] as const;

/** A server that is younger may have lost its data at its start. */
const YOUNG_SECONDS = 3_600;

/** Ends early where the server has ended the connection; then `probe` has the end. */
export async function talkTo(
  probe: ServerProbe,
  { username, database }: ServerAddress,
  { password, command, readsOnly }: TalkOptions,
): Promise<Talk> {
  const login = password === undefined ? undefined : said(await probe.logIn(username, password));
  const begun = { password, login, loginTries: [], info: new Map<string, string>() };
  if (login?.isError) return begun;
  const ping = said(await probe.ask('PING'));
  if (ping === undefined || (ping.isError && !ping.text.startsWith('NOPERM'))) {
    return { ...begun, ping };
  }
  const select = database === 0 ? undefined : said(await probe.ask('SELECT', `${database}`));
  if (select?.isError) return { ...begun, ping, select };
  const replyToInfo = await probe.ask('INFO');
  const info = fieldsOf(replyToInfo);
  if (info.get('cluster_enabled') === '1') {
    for (const [name, value] of fieldsOf(await probe.ask('CLUSTER', 'INFO'))) info.set(name, value);
  }
  const trial = isSentinel(info) ? undefined : await trialOf(probe, command, readsOnly);
  const savePoints = isYoungAndEmpty(info) ? await savePointsOf(probe) : undefined;
  const infoRefusal = replyToInfo instanceof RespError ? said(replyToInfo) : undefined;
  return { ...begun, ping, select, info, infoRefusal, savePoints, trial };
}

export function said(reply: RespReply | ProbeEnd): Said | undefined {
  if (reply instanceof ProbeEnd) return undefined;
  if (reply instanceof RespError) return { text: reply.message, isError: true };
  return { text: String(reply), isError: false };
}

function fieldsOf(reply: RespReply | ProbeEnd): Map<string, string> {
  const lines = typeof reply === 'string' ? reply.split('\r\n') : [];
  const pairs = lines.flatMap((line) => {
    const [, name = '', value = ''] = /^(\w+):(.*)$/.exec(line) ?? [];
    return name === '' ? [] : [[name, value] as const];
  });
  return new Map(pairs);
}

/**
 * What a server says to a command, without running it: a server that queues it would run it. Sent
 * only if the server has begun a transaction.
 */
async function trialOf(
  probe: ServerProbe,
  given: readonly string[] | undefined,
  readsOnly: boolean,
): Promise<Trial | undefined> {
  const words = given ?? (readsOnly ? [] : OWN_TRIAL);
  const [command = ''] = words;
  if (command === '' || (await probe.ask('MULTI')) !== 'OK') return undefined;
  const reply = said(await probe.ask(...words));
  await probe.ask('DISCARD');
  if (reply === undefined) return undefined;
  return { command: command.toUpperCase(), isOwn: given === undefined, reply };
}

/** Asked only where the answer matters: a refusal would be in the log of ACLs. */
async function savePointsOf(probe: ServerProbe): Promise<string | undefined> {
  const reply = await probe.ask('CONFIG', 'GET', 'save');
  return Array.isArray(reply) && reply.length === 2 ? String(reply[1]) : undefined;
}

function isYoungAndEmpty(info: ReadonlyMap<string, string>): boolean {
  const hasKeys = Array.from(info.keys()).some((name) => /^db\d+$/.test(name));
  const seconds = Number(info.get('uptime_in_seconds') ?? Number.NaN);
  return !hasKeys && seconds < YOUNG_SECONDS && info.get('aof_enabled') === '0';
}
