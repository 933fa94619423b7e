/**
 * Parses the connection string of any Redis server, self-run or managed, as `verify` and `doctor`
 * take it: the forms of the client libraries, where they agree.
 *
 * Pure. What two clients read differently is refused; errors never quote the string. An option that
 * turns verification off is accepted and reported, as `verify`.
 */

import { faultOfHost, faultOfText } from '../../client/endpoint-text';
import { DEFAULT_DATABASE, decodeUserinfo } from '../../contract/connection-url';
import { SecretText } from '../../contract/secret-text';
import { AddressError } from './address-error';
import {
  type AddressOptions,
  addressOptionsOf,
  isKnownQuery,
  type Verification,
} from './address-options';
import { requireNoPlaceholder, requireOneText } from './address-text';

export interface ServerAddress {
  readonly tls: boolean;
  /** A name or an address; IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
  /** Absent: the user `default`, or no login without a password. */
  readonly username?: string;
  readonly password?: SecretText;
  readonly database: number;
  /** A PEM file of the authority, as it is written. */
  readonly caFile?: string;
  /** How much of the certificate a client with this string would verify. */
  readonly verify: Verification;
}

/** The port of a connection string without one, also with TLS. */
const DEFAULT_PORT = 6379;

const SCHEMES: Readonly<Record<string, boolean>> = {
  redis: false,
  valkey: false,
  rediss: true,
  valkeys: true,
};

/** Schemes of some clients, and what to write instead. */
const OTHER_SCHEMES: readonly (readonly [RegExp, string])[] = [
  [/^(redis|valkey)\+(tls|ssl)$/, 'Write rediss://, which means the same'],
  [/sentinel/, 'Write redis:// or rediss:// and the address of one server, not of a sentinel'],
  [/cluster/, 'Write redis:// or rediss:// and the address of one node'],
  [/srv/, 'Write redis:// or rediss:// and a host name that has an address'],
  [/unix|socket|ipc/, 'Write the address of a TCP port: a socket file is not supported'],
];

/** RFC 3986, userinfo: other characters must be percent-encoded. */
const USERINFO = /^(?:[A-Za-z0-9._~!$&'()*+,;=:-]|%[0-9A-Fa-f]{2})*$/;
const PORT = /^[1-9]\d{0,4}$/;
const DATABASE = /^(?:0|[1-9]\d{0,14})$/;

/** @throws AddressError */
export function serverAddressOf(text: string): ServerAddress {
  requireOneText(text);
  requireNoSettings(text);
  const [, scheme, rest = ''] = /^([A-Za-z][A-Za-z0-9+.-]*):\/\/(.*)$/s.exec(text) ?? [];
  requireNoPlaceholder(text);
  const tls = tlsOf(scheme?.toLowerCase());
  const end = rest.search(/[/?#]/);
  const authority = end === -1 ? rest : rest.slice(0, end);
  const [, path = '', query, fragment] =
    /^([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s.exec(end === -1 ? '' : rest.slice(end)) ?? [];
  requireEncoded(path, query, fragment);
  const at = authority.lastIndexOf('@');
  const login = at === -1 ? {} : loginOf(authority.slice(0, at));
  const target = targetOf(authority.slice(at + 1));
  const options = query ? addressOptionsOf(query) : {};
  requireSame(tls, fragment === 'insecure' ? { ...options, verify: 'none' } : options);
  const { caFile, verify } = options;
  return {
    tls,
    ...target,
    ...login,
    database: databaseIn(path, options.database),
    ...(caFile === undefined ? {} : { caFile }),
    verify: verify ?? verifyOf(fragment),
  };
}

/** Azure's portal shows `host:6380,password=…,ssl=True` as a connection string. */
function requireNoSettings(text: string): void {
  if (!/^[^/@]*,(?:password|ssl|user)=/i.test(text)) return;
  throw new AddressError(
    'scheme',
    'begin with redis://, or rediss:// for TLS',
    'the settings of StackExchange.Redis',
    'Write rediss://:PASSWORD@HOST:PORT, with the password percent-encoded: its = as %3D',
  );
}

function tlsOf(scheme: string | undefined): boolean {
  const must = 'begin with redis://, or rediss:// for TLS';
  const write = 'Write redis:// or, if the port speaks TLS, rediss:// in front of the host';
  if (scheme === undefined) throw new AddressError('scheme', must, 'no scheme', write);
  if (Object.hasOwn(SCHEMES, scheme)) return SCHEMES[scheme] as boolean;
  const [, advice = write] = OTHER_SCHEMES.find(([words]) => words.test(scheme)) ?? [];
  throw new AddressError('scheme', must, 'another scheme', advice);
}

/** An @ after the host belongs to a password that ended the host for the parser, or to a path. */
function requireEncoded(path: string, query?: string, fragment?: string): void {
  const isInQuery = query?.includes('@') === true && !isKnownQuery(query);
  if (!path.includes('@') && !isInQuery && !fragment?.includes('@')) return;
  throw unencoded();
}

function unencoded(): AddressError {
  return new AddressError(
    'encoding',
    'have user and password percent-encoded',
    'one with a character that is not',
    'Write % as %25, / as %2F, # as %23, ? as %3F, @ as %40, [ as %5B and a space as %20 in ' +
      'them, or take a password of `npx secure-redis password`, which needs no encoding',
  );
}

function loginOf(userinfo: string): Pick<ServerAddress, 'username' | 'password'> {
  const must = 'have user and password before its @, as in app:PASSWORD@ or :PASSWORD@';
  if (!USERINFO.test(userinfo)) throw unencoded();
  const colon = userinfo.indexOf(':');
  if (colon === -1 && userinfo !== '') {
    const got = 'one of them, which some clients take for the user and others for the password';
    throw new AddressError('login', must, got, 'Write a colon before the password');
  }
  const [username, password] = [userinfo.slice(0, colon), userinfo.slice(colon + 1)].map(decoded);
  if (password === '' || password === undefined) {
    const advice = 'Check that the variable of the password is set, or leave out the @';
    throw new AddressError('login', must, 'no password', advice);
  }
  const fault = [username, password].some((each) => each && faultOfText('text', each));
  if (fault) {
    const got = 'a control character, a line end, or more than 8192 bytes in one of them';
    throw new AddressError('encoding', must, got, 'Remove %0A, %0D or the like');
  }
  return { ...(username ? { username } : {}), password: SecretText.of(password) };
}

function decoded(encoded: string): string {
  try {
    return decodeUserinfo(encoded);
  } catch {
    throw new AddressError(
      'encoding',
      'have user and password percent-encoded in UTF-8',
      'other bytes',
      'Encode them again, and write a % that is part of them as %25',
    );
  }
}

function targetOf(target: string): Pick<ServerAddress, 'host' | 'port'> {
  if (target.includes(',')) {
    throw new AddressError('host', 'have one host', 'several of them', 'Pass one after the other');
  }
  const [, address, name = '', port] =
    /^(?:\[([^[\]]*)\]|([^:[\]]*))(?::([^:]*))?$/.exec(target) ?? [];
  const host = address ?? name;
  if (/^(?::[^:]*)?$/.test(target)) {
    const advice = 'Write the host after the @ or the //; check that its variable is set';
    throw new AddressError('host', 'have a host', 'none', advice);
  }
  const isWrong = address !== undefined && !address.includes(':');
  if (isWrong || faultOfHost('host', host) !== undefined) {
    throw new AddressError(
      'host',
      'have a host name, an IPv4 address, or an IPv6 address in brackets',
      'something else',
      'Correct what is between the @ or the // and the port; a password before it ends with an @',
    );
  }
  return { host, port: portOf(port) };
}

function portOf(text: string | undefined): number {
  if (text === undefined) return DEFAULT_PORT;
  if (PORT.test(text) && Number(text) <= 65_535) return Number(text);
  throw new AddressError(
    'port',
    'have a port from 1 to 65535 after its host',
    text === '' ? 'none after the colon' : 'something else',
    'Correct it, or leave it out with its colon for 6379; a password before the host ends with ' +
      'an @',
  );
}

function databaseIn(path: string, option: number | undefined): number {
  const [, text = ''] = /^\/(.*)$/s.exec(path) ?? [];
  if (text !== '' && !DATABASE.test(text)) {
    const advice = 'Correct what follows the / after the host, or leave it out for database 0';
    throw new AddressError('database', 'have an integer as database', 'something else', advice);
  }
  if (text !== '' && option !== undefined && option !== Number(text)) {
    const advice = 'Write it once, after the / or as `db`';
    throw new AddressError('database', 'have one database', 'two of them', advice);
  }
  return option ?? (text === '' ? DEFAULT_DATABASE : Number(text));
}

function requireSame(tls: boolean, { tls: asked, verify, caFile }: AddressOptions): void {
  const isOfTls = asked === true || verify !== undefined || caFile !== undefined;
  if (tls ? asked !== false : !isOfTls) return;
  throw new AddressError(
    'option',
    `be ${tls ? 'redis:// without' : 'rediss:// with'} options of TLS`,
    tls ? 'rediss:// and an option without TLS' : 'redis:// and options of TLS',
    tls ? 'Leave out the option, or write redis://' : 'Write rediss://, or leave out the options',
  );
}

/** redis-rs turns verification off by a fragment. */
function verifyOf(fragment: string | undefined): Verification {
  if (fragment === undefined) return 'full';
  if (fragment === 'insecure') return 'none';
  const advice = 'Leave out what follows the #, and write a # in a password as %23';
  throw new AddressError('encoding', 'end before a #', 'text after one', advice);
}
