/** `doctor URL`: connects as an application does, and explains what fails. */

import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { AddressError, type AddressFault } from '../server/address-error';
import { PROBE_TIMEOUT_MS } from '../server/probe';
import { type ServerAddress, serverAddressOf } from '../server/server-address';
import { printable } from '../terminal/printable';
import type { CommandResult, Screen } from '../terminal/screen';
import type { ConnectionFacts } from './connection-facts';
import { answerOfDoctor, type Diagnosed } from './diagnosed';
import { examine } from './examine';
import type { FailureId } from './failures/failures';
import { type GivenAddress, givenAddress } from './given-address';
import { checkedOf, notesOf } from './healthy';
import { judgeEnd } from './judge-end';
import { judgeLogin, judgeReplies } from './judge-reply';
import { judgeState } from './judge-state';
import { triedWords } from './tried-words';

export interface DoctorOptions {
  readonly file?: string;
  readonly ca?: string;
  readonly command?: string;
  readonly readsOnly?: boolean;
  /** Seconds. */
  readonly timeout?: number;
}

export async function doctor(
  argument: string | undefined,
  options: DoctorOptions,
  screen: Screen,
): Promise<CommandResult> {
  const command = triedWords(options.command);
  const given = await givenAddress(argument, options);
  return answerOfDoctor(await diagnosedAddress(given, { ...options, command }), screen);
}

type Chosen = Omit<DoctorOptions, 'command'> & { readonly command?: readonly string[] };

async function diagnosedAddress(given: GivenAddress, options: Chosen): Promise<Diagnosed> {
  const { url, notes } = given;
  const fail = (id: FailureId, ...evidence: readonly string[]) =>
    ({ state: 'failure', id, evidence, notes }) as const;
  let address: ServerAddress;
  try {
    address = serverAddressOf(url);
  } catch (error) {
    if (!(error instanceof AddressError)) throw error;
    return fail(failureOf(error.fault, url), `${given.from}: ${error.message}`);
  }
  const { caFile = address.caFile } = given;
  const ca = address.tls ? authorityOf(caFile) : { pem: undefined };
  if ('problem' in ca) return fail('ca-file-unusable', `${printable(caFile ?? '')}: ${ca.problem}`);
  const { command, readsOnly = false, timeout } = options;
  const facts = await examine(address, {
    url,
    password: address.password ?? given.password,
    command,
    readsOnly,
    ca: ca.pem,
    caFile,
    timeoutMs: timeout === undefined ? PROBE_TIMEOUT_MS : timeout * 1_000,
  });
  const { notes: found, ...diagnosed } = diagnosedFacts(facts, readsOnly, Date.now());
  return { ...diagnosed, notes: [...notes, ...(found ?? [])] };
}

/** Pure. */
export function diagnosedFacts(
  facts: ConnectionFacts,
  readsOnly: boolean,
  nowMs: number,
): Diagnosed {
  const server = describeAddress(facts.address);
  const notes = notesOf(facts);
  const found =
    judgeEnd(facts) ??
    judgeLogin(facts, nowMs) ??
    judgeReplies(facts) ??
    judgeState(facts, readsOnly);
  if (found !== undefined) {
    return { server, state: found.id ? 'failure' : 'unknown', ...found, notes };
  }
  return { server, state: 'healthy', evidence: [], checked: checkedOf(facts), notes };
}

function describeAddress({ tls, host, port, database }: ServerAddress): string {
  const name = host.includes(':') ? `[${host}]` : host;
  return `${tls ? 'rediss' : 'redis'}://${printable(name)}:${port}/${database}`;
}

const BY_FAULT: Readonly<Record<AddressFault, FailureId>> = {
  empty: 'variables-not-loaded',
  quotes: 'quotes-or-spaces',
  'white-space': 'quotes-or-spaces',
  placeholder: 'variable-not-expanded',
  encoding: 'password-not-encoded',
  login: 'password-without-colon',
  scheme: 'url-malformed',
  host: 'url-malformed',
  port: 'url-malformed',
  database: 'url-malformed',
  option: 'url-malformed',
};

function failureOf(fault: AddressFault, url: string): FailureId {
  // The variable of the password is empty.
  if (fault === 'login' && /\/\/[^/]*:@/.test(url)) return 'variables-not-loaded';
  if (fault === 'encoding' && /%0[ad]/i.test(url)) return 'quotes-or-spaces';
  return BY_FAULT[fault];
}

function authorityOf(file: string | undefined) {
  if (file === undefined) return { pem: undefined };
  try {
    const pem = readFileSync(file, 'utf8');
    if (!pem.includes('-----BEGIN CERTIFICATE-----')) return { problem: 'no PEM certificate' };
    createSecureContext({ ca: pem });
    return { pem };
  } catch (error) {
    return { problem: (error as NodeJS.ErrnoException).code ?? 'no PEM certificate' };
  }
}
