/** Decides by what a server says: to the login, PING, SELECT, and a command that is tried. */

import { isSentinel } from '../server/server-mode';
import { printable } from '../terminal/printable';
import type { ConnectionFacts, LoginTry, Said, Talk } from './connection-facts';
import { type FailureFound, judged } from './failure-found';
import type { FailureId } from './failures/failures';
import { failuresInText } from './failures-in-text';
import { iamTokenOf } from './login-tries';

const REFUSED = 'the server refuses the login';

/** What an error reply tells. Its text is shown only where the table knows it. */
export function judgeError(to: string, { text }: Said): FailureFound {
  const [found] = failuresInText(text);
  if (found) return judged(found.id, `the server answers ${to}: ${found.evidence}`);
  const [, code = 'an error'] = /^([A-Z]{2,20})\b/.exec(text) ?? [];
  return judged(undefined, `the server answers ${to}: ${code}; its text is left out`);
}

export function judgeLogin({ address, talk }: ConnectionFacts, nowMs: number) {
  const { login, password, loginTries } = talk;
  if (login === undefined) return undefined;
  if (!login.isError) {
    return login.text === 'OK' ? undefined : judged('not-redis', 'the answer to AUTH is not OK');
  }
  const judgement = judgeError('AUTH', login);
  if (judgement.id !== 'password-wrong' || password === undefined) return judgement;
  const user = address.username ?? 'default';
  const token = iamTokenOf(password);
  if (token !== undefined) return judgeToken(token, user, nowMs);
  const found = loginTries.find(({ isAccepted }) => isAccepted);
  if (found !== undefined) return judgeTry(found, user);
  const others = loginTries.map(({ kind }) => `nor ${FORMS[kind]}`);
  return judged(judgement.id, `${REFUSED} of user ${printable(user)}`, ...others);
}

const FORMS: Readonly<Record<LoginTry['kind'], string>> = {
  trimmed: 'without the quotes and spaces around it',
  'not decoded': 'as it is written, not percent-decoded',
  'as user default': 'as user default',
};

const IDS: Readonly<Record<LoginTry['kind'], FailureId>> = {
  trimmed: 'quotes-or-spaces',
  'not decoded': 'password-not-encoded',
  'as user default': 'user-wrong',
};

function judgeTry({ kind }: LoginTry, user: string): FailureFound {
  return judged(
    IDS[kind],
    `${REFUSED} of user ${printable(user)}, and accepts the password ${FORMS[kind]}`,
  );
}

function judgeToken(
  token: { readonly user: string; readonly endsMs: number },
  user: string,
  nowMs: number,
) {
  const ended = `the token ended ${new Date(token.endsMs || 0).toISOString()}`;
  // A token whose times cannot be read is not reported as expired.
  if (token.endsMs < nowMs) return judged('iam-token-expired', REFUSED, ended);
  if (token.user !== user) {
    const names = `the token is for ${printable(token.user)}, the login for ${printable(user)}`;
    return judged('iam-token-user', REFUSED, names);
  }
  return judged('iam-login-refused', REFUSED, 'the token has not expired, and names the user');
}

/** PING, SELECT and the command. */
export function judgeReplies({ talk }: ConnectionFacts): FailureFound | undefined {
  const { ping, select } = talk;
  // A user without PING has logged in all the same.
  if (ping?.isError && !ping.text.startsWith('NOPERM')) return judgeError('PING', ping);
  if (ping !== undefined && !ping.isError && ping.text !== 'PONG') {
    return judged('not-redis', 'the answer to PING is not PONG');
  }
  if (select?.isError) return judgeError('SELECT', select);
  if (select !== undefined && select.text !== 'OK') {
    return judged('not-redis', 'the answer to SELECT is not OK');
  }
  if (ping !== undefined && talk.info.size === 0 && talk.infoRefusal === undefined) {
    return judged('not-redis', 'the answer to INFO has no fields');
  }
  if (isSentinel(talk.info)) return judged('sentinel', 'INFO says that its mode is sentinel');
  return judgeTrial(talk);
}

/** Answers to doctor's own write that tell nothing about an application's. */
const OF_OWN_TRIAL = /^(?:NOPERM|MOVED|ASK|TRYAGAIN|ERR unknown)\b/;

function judgeTrial({ trial }: Talk): FailureFound | undefined {
  if (trial === undefined || !trial.reply.isError) return undefined;
  if (trial.isOwn && OF_OWN_TRIAL.test(trial.reply.text)) return undefined;
  return judgeError(`${printable(trial.command)}, in a transaction that is discarded`, trial.reply);
}
