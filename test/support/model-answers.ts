/** What is so in every model of AWS: its nodes, its user, its passwords. */

import { Password } from '../../contract/password';
import type { Login } from '../../lambda/rotation/ports';
import { Violation } from './violation';

const NODES = 2;

export const ENDPOINTS = { host: 'primary', readerHost: 'reader', port: 6380 };
export const NODE_LIST = Array.from({ length: NODES }, (_, index) => ({
  host: 'node',
  port: index + 1,
}));
export const USERNAME = 'default';
export const UNREACHABLE: Login = { answer: 'unreachable', why: 'timed-out' };
/** To somebody without a password, and to somebody without TLS. */
export const SHUT = { noPassword: 'refused', plaintext: 'refused' } as const;

const PASSWORDS: Password[] = [];

/** The password with a number, made once for all models. */
export function modelPassword(number: number): Password {
  const password = PASSWORDS[number] ?? Password.of(`model-password-${number}`);
  PASSWORDS[number] = password;
  return password;
}

/** Names passwords in the order in which it is asked for them. */
export function namesByPlace(): (password: Password) => number {
  const passwords: Password[] = [];
  return (password) => {
    const index = passwords.indexOf(password);
    return index < 0 ? passwords.push(password) - 1 : index;
  };
}

/** @throws Violation if a log line holds a password of a model. */
export function mustHoldNoPassword(line: object): void {
  if (!JSON.stringify(line).includes('model-password')) return;
  throw new Violation('I5: a log line holds a password');
}
