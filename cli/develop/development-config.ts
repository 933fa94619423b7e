/**
 * The configuration of a development server: loopback only, every login with a password, dangerous
 * commands refused, data kept.
 *
 * It holds SHA-256 hashes of passwords, never a password.
 */

import { createHash } from 'node:crypto';
import type { AclEngine } from '../../contract/acl-commands';
import { commandsOf, hasDatabaseRules, hasSubcommandRules } from '../../contract/acl-commands';
import type { SecretText } from '../../contract/secret-text';
import { accessStringOf, type RoleRights } from '../../lib/access/access-string-of-rights';
import { LOOPBACK_LINE, quotedPath, tlsLines } from '../server/server-config';
import { rulesForServer } from '../server/withheld-commands';
import type { DevelopmentFolder } from './development-folder';

/** With which `develop` asks the server. A user of a cache can have no such name. */
export const CHECK_USER = 'develop:check';

/** MiB before keys are evicted or, in a queue, writes refused. */
export const MEMORY_MIB = 256;
export const CLIENTS_MAX = 1_000;

/** All keys and channels, and no command that is dangerous or administers the server. */
const RIGHTS: RoleRights = {
  writes: true,
  keys: ['*'],
  readKeys: [],
  writeKeys: [],
  channels: ['*'],
  databases: [],
  scripts: true,
  scan: true,
  clear: false,
  reason: undefined,
};

/** A user that clients log in as. */
export interface DevelopmentLogin {
  readonly username: string;
  readonly password: SecretText;
  /** The access string of a user of a stage; absent for the user `default`. */
  readonly accessString?: string;
}

export interface DevelopmentConfig {
  readonly folder: DevelopmentFolder;
  readonly port: number;
  readonly isTls: boolean;
  readonly engine: AclEngine;
  readonly parameters: Readonly<Record<string, string>>;
  /** Commands in upper case that no user may run. */
  readonly blockedCommands: readonly string[];
  readonly logins: readonly DevelopmentLogin[];
  readonly checkPassword: SecretText;
}

/** The text of `redis.conf`, for Redis and Valkey. */
export function developmentConfig(config: DevelopmentConfig): string {
  const { folder, port, isTls, parameters, logins, checkPassword } = config;
  const hasDefault = logins.some(({ username }) => username === 'default');
  return [
    LOOPBACK_LINE,
    'protected-mode yes',
    ...(isTls ? tlsLines(folder.tls, port) : [`port ${port}`]),
    // The command line of the process identifies the server where there is no /proc.
    'set-proc-title no',
    `pidfile ${quotedPath(folder.pid)}`,
    `dir ${quotedPath(folder.data)}`,
    'logfile ""',
    'appendonly yes',
    'save ""',
    `maxmemory ${MEMORY_MIB}mb`,
    `maxclients ${CLIENTS_MAX}`,
    ...Object.entries(parameters).map(([name, value]) => `${name} ${value || '""'}`),
    ...(hasDefault ? [] : ['user default off resetpass resetkeys resetchannels -@all']),
    ...logins.map((login) => userLine(login.username, login.password, rulesOf(login, config))),
    userLine(CHECK_USER, checkPassword, ['on', 'resetchannels', '-@all', '+ping', '+info']),
    '',
  ].join('\n');
}

function userLine(name: string, password: SecretText, rules: readonly string[]): string {
  return `user ${name} ${rules.join(' ')} #${sha256(password.reveal())}`;
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Rules of the user of an application: all keys, and no command that is dangerous. */
export function applicationRules(engine: AclEngine): readonly string[] {
  return rulesFor(engine, rulesForServer(accessStringOf(RIGHTS, engine).split(/\s+/)).join(' '))
    .known;
}

function rulesOf({ accessString }: DevelopmentLogin, config: DevelopmentConfig) {
  const { engine, blockedCommands } = config;
  const given = (accessString ?? accessStringOf(RIGHTS, engine)).split(/\s+/);
  const blocked = blockedCommands.map((command) => `-${command.toLowerCase()}`);
  return rulesFor(engine, [...rulesForServer(given), ...blocked].join(' ')).known;
}

/**
 * The rules of an access string that a server has, and those that it has not. A selector stays one,
 * or goes as a whole, since its rules would be the user's without it.
 */
export function rulesFor(engine: AclEngine, accessString: string) {
  const known: string[] = [];
  const unknown: string[] = [];
  const hasSelectors = hasSubcommandRules(engine);
  let isInSelector = false;
  for (const rule of accessString.split(/\s+/).filter((each) => each !== '')) {
    isInSelector ||= rule.startsWith('(');
    const [, open = '', core = '', close = ''] = /^(\(?)(.*?)(\)?)$/.exec(rule) ?? [];
    if ((hasSelectors || !isInSelector) && isRuleOf(engine, core)) known.push(rule);
    else {
      unknown.push(rule);
      if (hasSelectors && isInSelector && open + close !== '') known.push(open + close);
    }
    if (rule.endsWith(')')) isInSelector = false;
  }
  return { known, unknown };
}

function isRuleOf(engine: AclEngine, rule: string): boolean {
  if (/^db=/.test(rule) || rule === 'alldbs') return hasDatabaseRules(engine);
  if (rule.startsWith('%')) return hasSubcommandRules(engine);
  const [, command] = /^[+-]([^@].*)$/.exec(rule) ?? [];
  return command === undefined || commandsOf(engine).has(command.toLowerCase());
}
