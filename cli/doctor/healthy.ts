/** What is right with a connection that works, and what should be known about it. */

import { printable } from '../terminal/printable';
import type { ConnectionFacts } from './connection-facts';
import { connectedTo } from './judge-end';

/** Days before its end at which a certificate is noted. */
const RENEWAL_DAYS = 14;

export function checkedOf(facts: ConnectionFacts): readonly string[] {
  const { address, handshake, talk } = facts;
  const { info, trial, select } = talk;
  const lines = [`${connectedTo(facts)} answers`];
  if (handshake !== undefined) {
    const { protocol, cipher, validTo, daysLeft } = handshake;
    lines.push(`${protocol} with ${printable(cipher)}, verified`);
    lines.push(`the certificate is valid until ${validTo}, ${daysLeft} days from now`);
  }
  if (talk.login !== undefined) {
    lines.push(`the login of user ${printable(address.username ?? 'default')} is accepted`);
  }
  if (talk.ping?.text === 'PONG') lines.push('PING is answered by PONG');
  if (select !== undefined) lines.push(`database ${address.database} can be selected`);
  if (info.size > 0) lines.push(serverOf(info));
  if (trial !== undefined && !trial.reply.isError) {
    lines.push(`${printable(trial.command)} is accepted in a transaction, which was discarded`);
  }
  return lines;
}

function serverOf(info: ReadonlyMap<string, string>): string {
  const valkey = info.get('valkey_version');
  const version = valkey === undefined ? `Redis ${info.get('redis_version')}` : `Valkey ${valkey}`;
  const mode = info.get('cluster_enabled') === '1' ? 'a node of a cluster' : 'not a cluster';
  const role = info.get('role') === 'slave' ? 'replica' : 'primary';
  return printable(`${version}, ${mode}, ${role}`);
}

export function notesOf({ address, handshake, talk }: ConnectionFacts): readonly string[] {
  const { info, infoRefusal, login, password, ping, savePoints, trial } = talk;
  const notes: string[] = [];
  if (password === undefined && ping !== undefined && !ping.isError) {
    notes.push('the server asks for no password: whoever reaches it may read and write');
  }
  if (address.verify === 'none') {
    notes.push('the connection string turns verification off; doctor has verified all the same');
  }
  const { daysLeft = RENEWAL_DAYS } = handshake ?? {};
  if (daysLeft < RENEWAL_DAYS) notes.push(`the certificate ends in ${daysLeft} days`);
  if (ping?.isError) notes.push('the user may not run PING, which health checks of clients send');
  if (infoRefusal !== undefined) {
    notes.push('the user may not run INFO, so role, memory and persistence were not read');
  }
  if (login !== undefined && trial?.isOwn && trial.reply.text.startsWith('NOPERM')) {
    notes.push('the user may not write a key of doctor: try a command of yours by --command');
  }
  if (info.get('cluster_enabled') === '1') {
    notes.push('a client without cluster mode gets MOVED for keys of other nodes');
  }
  if (savePoints === '') {
    notes.push('data-not-kept: the server is empty, has just started, and saves nothing to disk');
  }
  return notes;
}
