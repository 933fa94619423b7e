/** Connects to a server as an application does, and collects what `doctor` decides from. */

import { X509Certificate } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { RespReply } from '../../contract/resp';
import type { SecretText } from '../../contract/secret-text';
import { openProbe, ProbeEnd, type ServerProbe, type ServerToProbe } from '../server/probe';
import type { ServerAddress } from '../server/server-address';
import type { ConnectionFacts, LoginTry, NameProblem } from './connection-facts';
import { otherForms } from './login-tries';
import { lenientHandshake, otherPortAt, speechAt } from './second-looks';
import { type TalkOptions, talkTo } from './talk';

/** The addresses of a name, or the code of the failure. */
export type Resolve = (host: string, timeoutMs: number) => Promise<readonly string[] | NameProblem>;

export interface ExamineOptions extends TalkOptions {
  /** As it was given, for a password that was not to be decoded. */
  readonly url: string;
  readonly caFile?: string;
  /** Authorities to trust, as PEM. */
  readonly ca?: string;
  readonly timeoutMs: number;
  readonly resolve?: Resolve;
}

const CERTIFICATES = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;
const WRONG_LOGIN = /^(?:WRONGPASS|ERR invalid password)/;
const NO_TALK = { loginTries: [], info: new Map<string, string>() } as const;

export async function examine(
  address: ServerAddress,
  options: ExamineOptions,
): Promise<ConnectionFacts> {
  const { ca, caFile, timeoutMs, resolve = resolveName } = options;
  const authorities = authoritiesIn(ca);
  const addresses = await resolve(address.host, timeoutMs);
  const facts = { address, caFile, authorities, addresses };
  if ('code' in addresses) return { ...facts, talk: NO_TALK };
  const server = serverOf(address, options);
  const probe = await openVerified(server, address);
  if (probe instanceof ProbeEnd) {
    const { handshake } = probe.details;
    return { ...facts, end: probe, handshake, ...(await look(server, probe)), talk: NO_TALK };
  }
  let end: ProbeEnd | undefined;
  probe.whenEnded((ended) => {
    end = ended.why === 'closed-by-us' ? undefined : ended;
  });
  const talk = await talkTo(probe, address, options);
  const { handshake } = probe;
  probe.close();
  const after = end === undefined ? {} : await look(server, end);
  const loginTries = await triesOf(talk.login?.text, server, address, options);
  return { ...facts, end, handshake, ...after, talk: { ...talk, loginTries } };
}

function serverOf({ tls, host, port, verify }: ServerAddress, options: ExamineOptions) {
  const { ca, timeoutMs } = options;
  // A string that turns verification off is verified too: no password goes to an unknown server.
  const isVerified = verify !== 'authority';
  return { host, port, timeoutMs, ...(tls ? { tls: { ca, isVerified } } : {}) };
}

/** With an authority that is verified and a name that is not, as the connection string may ask. */
async function openVerified(
  server: ServerToProbe,
  { verify }: ServerAddress,
): Promise<ServerProbe | ProbeEnd> {
  const probe = await openProbe(server);
  if (probe instanceof ProbeEnd || verify !== 'authority') return probe;
  const { problem } = probe.handshake ?? {};
  if (problem === undefined || problem === 'ERR_TLS_CERT_ALTNAME_INVALID') return probe;
  probe.close();
  const { handshake } = probe;
  return new ProbeEnd('certificate-not-trusted', 'handshake', { code: problem, handshake });
}

/** What can be seen after a connection has failed or ended. */
async function look(
  server: ServerToProbe,
  { why, phase, details: { error } }: ProbeEnd,
): Promise<Pick<ConnectionFacts, 'speech' | 'otherPort' | 'lenient'>> {
  const { timeoutMs = 0 } = server;
  if (why === 'connection-refused') return { otherPort: await otherPortAt(server, timeoutMs) };
  if (phase === 'connect' || why === 'certificate-not-trusted' || error !== undefined) return {};
  const speech = await speechAt(server, timeoutMs);
  const isTls = server.tls !== undefined && why === 'tls-failed';
  return { speech, ...(isTls ? { lenient: await lenientHandshake(server, timeoutMs) } : {}) };
}

async function triesOf(
  refusal: string | undefined,
  server: ServerToProbe,
  address: ServerAddress,
  { password, url }: ExamineOptions,
): Promise<readonly LoginTry[]> {
  if (password === undefined || !WRONG_LOGIN.test(refusal ?? '')) return [];
  const tries: LoginTry[] = [];
  for (const form of otherForms(address, password, url)) {
    const isAccepted = (await loginOf(server, address, form.username, form.password)) === 'OK';
    tries.push({ kind: form.kind, isAccepted });
    if (isAccepted) break;
  }
  return tries;
}

async function loginOf(
  server: ServerToProbe,
  address: ServerAddress,
  username: string | undefined,
  password: SecretText,
): Promise<RespReply | ProbeEnd> {
  const probe = await openVerified(server, address);
  if (probe instanceof ProbeEnd) return probe;
  const reply = await probe.logIn(username, password);
  probe.close();
  return reply;
}

const resolveName: Resolve = async (host, timeoutMs) => {
  if (isIP(host) !== 0) return [host];
  const { promise, clear } = timeoutOf(timeoutMs);
  try {
    const found = await Promise.race([lookup(host, { all: true }), promise]);
    return found === undefined ? { code: 'no answer' } : found.map(({ address }) => address);
  } catch (error) {
    return { code: (error as NodeJS.ErrnoException).code ?? 'failed' };
  } finally {
    clear();
  }
};

function timeoutOf(ms: number) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const promise = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms);
  });
  return { promise, clear: () => clearTimeout(timer) };
}

/** Common names of the certificates in a PEM text, whose form was checked before. */
function authoritiesIn(pem = ''): readonly string[] {
  return Array.from(pem.match(CERTIFICATES) ?? [], (each) => {
    const { subject } = new X509Certificate(each);
    return /(?:^|\n)CN=([^\n]*)/.exec(subject)?.[1] ?? subject.replaceAll('\n', ', ');
  });
}
