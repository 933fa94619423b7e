/** What `develop` has decided before it changes the server, and what came of it. */

import { readFileSync } from 'node:fs';
import type { AclEngine } from '../../contract/acl-commands';
import { SecretText } from '../../contract/secret-text';
import type { RedisBinary } from '../server/redis-binary';
import { CHECK_USER, type DevelopmentLogin, rulesFor } from './development-config';
import type { DevelopmentFolder } from './development-folder';
import { type Address, askServer } from './development-server';
import type { DevelopmentSettings } from './development-settings';
import {
  DEVELOPMENT_HOST,
  type DevelopmentAddress,
  type DevelopmentEnv,
} from './development-variables';

export interface DevelopmentPlan {
  readonly folder: DevelopmentFolder;
  readonly settings: DevelopmentSettings;
  readonly env: DevelopmentEnv;
  readonly server: RedisBinary;
  readonly at: DevelopmentAddress;
}

export type DevelopmentOutcome = 'started' | 'restarted' | 'already running';

/** The server as tables of commands name it. */
export function engineOf({ engine: name, version }: RedisBinary): AclEngine {
  return { name, version };
}

/** Where the server listens, and the authority to trust. */
export function addressOf({ port, isTls, caFile }: DevelopmentAddress): Address {
  return { host: DEVELOPMENT_HOST, port, ...(isTls ? { ca: readFileSync(caFile, 'utf8') } : {}) };
}

/** Asks the server as the user of `develop`. @returns the reply or why there is none */
export function checkServer(
  at: DevelopmentAddress,
  { checkPassword }: DevelopmentSettings,
  ...command: readonly string[]
): Promise<string> {
  return askServer(addressOf(at), CHECK_USER, SecretText.of(checkPassword), command);
}

/** Whether a server accepts a login; a user of a stage need not have PING. @returns why not */
export async function refusalOf(
  at: DevelopmentAddress,
  { username, password }: Pick<DevelopmentLogin, 'username' | 'password'>,
): Promise<string | undefined> {
  const answer = await askServer(addressOf(at), username, password, ['PING']);
  return ['PONG', 'NOPERM'].includes(answer) ? undefined : answer;
}

/** Whether an answer is that to INFO; Valkey has the field, too. */
export function isInfo(answer: string): boolean {
  return answer.includes('redis_version');
}

export function infoField(info: string, name: string): string | undefined {
  return new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1];
}

/** Rules of access strings that the server has not, by user. */
export function leftOutRules({ settings, server }: DevelopmentPlan): readonly string[] {
  return (settings.like?.users ?? []).flatMap(({ name, accessString }) => {
    const { unknown } = rulesFor(engineOf(server), accessString);
    return unknown.length === 0 ? [] : [`of user ${name}: ${unknown.join(' ')}`];
  });
}
