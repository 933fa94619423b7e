/**
 * Reads the facts about a running server, through several connections at once.
 *
 * It changes no key and no setting, and sends the password only over a connection whose certificate
 * is trusted, or in plaintext where the url says so.
 */

import type { SecretText } from '../../../contract/secret-text';
import { weaknessOf } from '../../../contract/strong-password';
import { CliError } from '../../aws/cloud';
import type { Verification } from '../../server/address-options';
import { endWords } from '../../server/end-words';
import { openProbe, ProbeEnd, type ServerProbe, type ServerToProbe } from '../../server/probe';
import { type Fact, told, untold } from './fact';
import { type ReachFinding, targetText } from './reach-file';
import { readNoLogins } from './read-cluster';
import { noLoginAt, wrongPasswordAt } from './read-logins';
import { readNetwork } from './read-network';
import { readSession } from './read-session';
import { isPlaintextAnswered, OLD_TLS, oldVersionAt, weakCipherAt } from './read-tls';
import type { ServerFacts, TlsFacts } from './server-facts';

export interface VerifyTarget {
  readonly host: string;
  readonly port: number;
  readonly isTls: boolean;
  /** The authority to trust, as PEM. */
  readonly ca?: string;
  readonly username?: string;
  readonly password?: SecretText;
  readonly database: number;
  /** How much of a certificate a client with this url would verify. */
  readonly verification: Verification;
}

export interface ReadOptions {
  /** Whether one wrong login may be sent. */
  readonly sendsWrongLogin: boolean;
  readonly from?: ReachFinding;
}

/** @throws CliError if there is no Redis server to be reached. */
export async function readServer(
  target: VerifyTarget,
  { sendsWrongLogin, from }: ReadOptions,
): Promise<ServerFacts> {
  const { host, port, isTls, ca, username, password, database, verification } = target;
  const at = (isVerified: boolean, node = { host, port }): ServerToProbe => ({
    ...node,
    ...(isTls ? { tls: { ca, isVerified } } : {}),
  });
  // Sends no secret, so that its facts are known even if the certificate is not trusted.
  const first = reached(await openFirst(at(false)), target);
  const noLogin = reached(await noLoginAt(first), target);
  first.close();
  const [wrongPassword, network, session, tls] = await withWrong(
    sendsWrongLogin ? wrongPasswordAt(at(false), username) : undefined,
    (wrong, refusedFor) =>
      Promise.all([
        wrong,
        readNetwork(host, port),
        openProbe(at(true)).then((probe) => readSession(probe, target, refusedFor)),
        isTls ? readTls(at(false)) : undefined,
      ]),
  );
  if (session.isSentinel) {
    throw new CliError(
      `${targetText(host, port)} must be a Redis server, got a Sentinel. Pass the url of a ` +
        'server that it watches.',
    );
  }
  // Such as a full or loading server: no line could tell anything about it.
  if (!noLogin.isKnown && !session.rightPassword.isKnown) throw notReached(target, noLogin.why);
  const { nodes } = session;
  const cluster = nodes?.isKnown
    ? told(await readNoLogins(nodes.value, (node) => at(false, node)))
    : nodes;
  const { handshake } = first;
  const { plaintextPort } = session;
  return {
    target: {
      host,
      port,
      isTls,
      username,
      database,
      verification,
      hasPassword: password !== undefined,
      weakness: password === undefined ? undefined : weaknessOf(password.reveal()),
    },
    logins: { noLogin, wrongPassword, rightPassword: session.rightPassword },
    network: { ...network, bind: session.bind, from },
    tls: tls && handshake && { ...tls, handshake, plaintextPort },
    session: session.session,
    cluster,
  };
}

/** A server with old versions of TLS only is judged by these: no secret is sent through them. */
async function openFirst(server: ServerToProbe): Promise<ServerProbe | ProbeEnd> {
  const probe = await openProbe(server);
  const { tls } = server;
  if (!(probe instanceof ProbeEnd) || tls === undefined || probe.why !== 'tls-failed') return probe;
  const old = await openProbe({ ...server, tls: { ...tls, ...OLD_TLS } });
  return old instanceof ProbeEnd ? probe : old;
}

function withWrong<T>(
  asked: ReturnType<typeof wrongPasswordAt> | undefined,
  read: (
    wrong: ReturnType<typeof wrongPasswordAt>,
    refusedFor: Promise<string | undefined>,
  ) => Promise<T>,
): Promise<T> {
  if (asked !== undefined) {
    const refusedFor = asked.then((fact) =>
      fact.isKnown && fact.value.reply === 'refused' ? fact.value.username : undefined,
    );
    return read(asked, refusedFor);
  }
  const left = untold('no wrong login was sent', 'Leave out --no-failed-login');
  return read(Promise.resolve(left), Promise.resolve(undefined));
}

function reached<T>(opened: T | ProbeEnd, target: VerifyTarget): T {
  if (!(opened instanceof ProbeEnd)) return opened;
  throw notReached(target, endWords(opened), schemeHint(opened, target));
}

/** TLS is advised where plaintext has no answer; plaintext only to a server that speaks it. */
function schemeHint({ phase, why, details }: ProbeEnd, { isTls }: VerifyTarget): string {
  if (phase === 'connect') return '';
  if (!isTls) return ', or write rediss:// instead of redis://';
  // Redis in plaintext waits for the rest of a handshake that it takes for a command.
  const isPlaintext = why === 'timed-out' || SPEAKS_PLAINTEXT.test(details.code ?? '');
  return isPlaintext ? ', or write redis:// instead of rediss://' : '';
}

/** What OpenSSL says of a reply in plaintext. */
const SPEAKS_PLAINTEXT = /^ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST)$/;

function notReached({ host, port }: VerifyTarget, got: string, hint = ''): CliError {
  return new CliError(
    `${targetText(host, port)} must be a Redis server that can be reached, got: ${got}. Run ` +
      `\`npx secure-redis doctor\` with the same url${hint}.`,
  );
}

type TlsRead = Omit<TlsFacts, 'handshake' | 'plaintextPort'>;

async function readTls(server: ServerToProbe): Promise<TlsRead> {
  const { host, port } = server;
  const [plaintext, oldVersion, weakCipher]: readonly [
    Fact<boolean>,
    Fact<string | undefined>,
    Fact<string | undefined>,
  ] = await Promise.all([
    isPlaintextAnswered(host, port),
    oldVersionAt(server),
    weakCipherAt(server),
  ]);
  return { isPlaintextAnswered: plaintext, oldVersion, weakCipher };
}
