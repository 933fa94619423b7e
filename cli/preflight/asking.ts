/** One read from AWS; a missing permission is an answer, not an error. */

import { allPages, call, type Page, type Signal } from '../aws/aws-call';
import { CliError } from '../aws/cloud';
import type { AwsAnswer } from './account';

/** Names of permission errors, which differ between AWS services. */
const DENIED = /^AccessDenied|^Unauthorized|NotAuthorized|^AuthorizationError/;

export function answered<T>(value: T): { readonly kind: 'answer'; readonly value: T } {
  return { kind: 'answer', value };
}

/** Maps the value of an answer; keeps the reason of a missing answer. */
export function mapped<T, U>(answer: AwsAnswer<T>, toValue: (value: T) => U): AwsAnswer<U> {
  return answer.kind === 'none' ? answer : answered(toValue(answer.value));
}

export function noAnswer(why: string): { readonly kind: 'none'; readonly why: string } {
  return { kind: 'none', why };
}

class Denied extends CliError {}

/** `action` is the permission, such as `ec2:DescribeVpcs`. */
export function asker(callMs: number) {
  const orThrow = async <T>(
    action: string,
    send: (signal: Signal) => Promise<T>,
  ): Promise<AwsAnswer<T>> => {
    try {
      const value = await call(operationOf(action), callMs, (signal) =>
        denying(action, send(signal)),
      );
      return answered(value);
    } catch (error) {
      if (error instanceof Denied) return noAnswer(error.message);
      throw error;
    }
  };
  const one = async <T>(
    action: string,
    send: (signal: Signal) => Promise<T>,
  ): Promise<AwsAnswer<T>> => {
    try {
      return await orThrow(action, send);
    } catch (error) {
      if (error instanceof CliError) return noAnswer(error.message);
      throw error;
    }
  };
  return {
    /** For a call that the other calls depend on. @throws CliError unless permission is denied */
    orThrow,
    one,
    /** `undefined` if AWS returns an error that matches `absent`: the resource does not exist. */
    unless: <T>(action: string, absent: RegExp, send: (signal: Signal) => Promise<T>) =>
      one<T | undefined>(action, async (signal) => {
        try {
          return await send(signal);
        } catch (error) {
          if (absent.test((error as Error).name)) return undefined;
          throw error;
        }
      }),
    /** All pages of a list, within one deadline. */
    pages: <Item, T>(
      action: string,
      fetch: (signal: Signal, token?: string) => Promise<Page<Item>>,
      toValue: (items: readonly Item[]) => T,
    ) =>
      one<T>(action, async () => {
        const found = await allPages<Item>(operationOf(action), callMs, (signal, token) =>
          denying(action, fetch(signal, token)),
        );
        return toValue(found);
      }),
  };
}

async function denying<T>(action: string, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (DENIED.test((error as Error).name)) throw new Denied(`needs the permission ${action}`);
    throw error;
  }
}

function operationOf(action: string): string {
  return action.slice(action.indexOf(':') + 1);
}
