/** Reads how a server answers a connection without a login, and one with a wrong password. */

import { randomBytes } from 'node:crypto';
import { PONG, RespError, type RespReply } from '../../../contract/resp';
import { SecretText } from '../../../contract/secret-text';
import { endWords, shownCode } from '../../server/end-words';
import { openProbe, ProbeEnd, type ServerProbe, type ServerToProbe } from '../../server/probe';
import { type Fact, told, untold } from './fact';
import { isOwnAddress } from './read-network';
import type { LoginFacts, NoLogin } from './server-facts';

const NO_PASSWORD = /^ERR (AUTH <password> called without any password|Client sent AUTH, but no)/;

/** The end of the connection, if there is no answer of Redis. */
export async function noLoginAt(probe: ServerProbe): Promise<Fact<NoLogin> | ProbeEnd> {
  const reply = await probe.ask('PING');
  if (reply === PONG) return told('accepted');
  if (reply instanceof ProbeEnd) return reply;
  if (!(reply instanceof RespError)) return untold('PING is answered by something else than PONG');
  if (reply.code === 'NOAUTH') return told('refused');
  if (reply.code === 'NOPERM') return told('accepted-without-rights');
  return untold(`PING is answered by ${shownCode(reply.code)}`);
}

/**
 * One wrong login, on a connection of its own. Of the login of the url it sends the user, and only
 * where nobody between can read it: else the wrong password is for the user `default`.
 */
export async function wrongPasswordAt(
  server: ServerToProbe,
  username: string | undefined,
): Promise<LoginFacts['wrongPassword']> {
  const probe = await openProbe(server);
  if (probe instanceof ProbeEnd) return untold(endWords(probe));
  const wrong = SecretText.of(`wrong-${randomBytes(24).toString('hex')}`);
  const name = nameToSend(username);
  const leftOut = name === undefined ? undefined : whyReadable(probe);
  const reply = await probe.logIn(leftOut === undefined ? name : undefined, wrong);
  probe.close();
  const sent = { username: (leftOut === undefined ? name : undefined) ?? 'default', leftOut };
  if (reply === 'OK') return told({ ...sent, reply: 'accepted' });
  if (reply instanceof ProbeEnd) return untold(endWords(reply));
  if (!(reply instanceof RespError)) return untold('AUTH is answered by something else than OK');
  if (isRefusal(reply)) return told({ ...sent, reply: 'refused' });
  if (NO_PASSWORD.test(reply.message)) return told({ ...sent, reply: 'no-password' });
  return untold(`AUTH is answered by ${shownCode(reply.code)}`);
}

/** Why somebody between could read what is sent; `undefined` if nobody can. */
function whyReadable({ handshake, remoteAddress }: ServerProbe): string | undefined {
  if (handshake !== undefined) {
    return handshake.problem === undefined ? undefined : 'the certificate is not trusted';
  }
  const isHere = remoteAddress !== undefined && isOwnAddress(remoteAddress);
  return isHere ? undefined : 'the connection is plaintext to another machine';
}

/** The name `default` is left out: Redis before 6 knows AUTH with a password only. */
export function nameToSend(username: string | undefined): string | undefined {
  return username === 'default' ? undefined : username;
}

/** The outcome of the login of the url. */
export function rightPasswordOf(reply: RespReply | ProbeEnd): LoginFacts['rightPassword'] {
  if (reply === 'OK') return told('accepted');
  if (reply instanceof ProbeEnd) return untold(endWords(reply));
  if (!(reply instanceof RespError)) return untold('AUTH is answered by something else than OK');
  if (isRefusal(reply) || NO_PASSWORD.test(reply.message)) {
    return told({ refused: shownCode(reply.code) });
  }
  return untold(`AUTH is answered by ${shownCode(reply.code)}`);
}

function isRefusal(error: RespError): boolean {
  return error.code === 'WRONGPASS' || error.message === 'ERR invalid password';
}
