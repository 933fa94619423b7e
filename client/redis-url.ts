/**
 * Parses and builds connection strings, strictly: ambiguous strings are rejected, because two
 * readings of one string could connect to two hosts.
 *
 * Pure. Errors never quote the string. Only `rediss` (TLS); `redis` only with an option, and only
 * to localhost or to names that the option lists.
 */

import { isIPv6 } from 'node:net';
import {
  connectionUrl,
  connectionUrlTemplate,
  DEFAULT_DATABASE,
  DEFAULT_USERNAME,
  decodeUserinfo,
} from '../contract/connection-url';
import { SecretText } from '../contract/secret-text';
import {
  refuse as refuseSetting,
  requireKnown,
  requireObject,
  shownArgument,
} from './check-arguments';
import { faultOfHost, faultOfText } from './endpoint-text';
import { RedisClientError } from './redis-client-error';

export interface RedisUrlParts {
  readonly username: string;
  readonly password: SecretText;
  /** A name or an address; IPv6 without brackets. */
  readonly host: string;
  /** TCP port, 1 to 65535. */
  readonly port: number;
  /** Logical database, 0 or more. */
  readonly database: number;
  /**
   * `false` only with `allowPlaintextOnLocalhost` or `allowPlaintextTo`.
   *
   * @default true
   */
  readonly tls?: boolean;
}

export interface RedisUrlOptions {
  /**
   * Accepts `redis://` to `localhost`, `127.0.0.1` and `::1`, for development.
   *
   * @default false
   */
  readonly allowPlaintextOnLocalhost?: boolean;
  /**
   * Accepts `redis://` to these names, for development: those of services on a private network of
   * one machine, such as `redis` of a compose file. A name has no dot, so none is on the internet.
   *
   * @default - no names
   */
  readonly allowPlaintextTo?: readonly string[];
}

/** Result of `mask` for an invalid string, of which any part could be secret. */
export const UNREADABLE = '[unreadable connection string]';

const PASSWORD_MASK = '[password]';
const LOCAL_HOSTS = ['localhost', '127.0.0.1', '::1'];
/** Options that redis-py reads from a connection string. */
const TLS_QUERY = ['ssl_cert_reqs', 'ssl_ca_certs', 'ssl_check_hostname'];
/** RFC 3986, userinfo without its colon: other characters must be percent-encoded. */
const USERINFO = /^(?:[A-Za-z0-9._~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*$/;
const DIGITS = /^(?:0|[1-9]\d{0,14})$/;

export const redisUrl = {
  /**
   * Parses a connection string. A missing user is `default`, a missing database 0. All query
   * parameters are rejected: ignoring them would be silent, and applying them could contradict this
   * module's settings. Pass them to the client as options.
   *
   * @throws RedisClientError `url-refused`, or `setting-refused` for wrong options
   */
  parse(text: string, options: RedisUrlOptions = {}): Required<RedisUrlParts> {
    if (typeof text !== 'string') throw refuse('is not a text');
    requireOptions(options);
    const [, scheme = '', rest = ''] = /^([a-z]+):\/\/(.*)$/s.exec(text) ?? [];
    if (scheme !== 'rediss' && scheme !== 'redis') {
      throw refuse('does not begin with rediss://');
    }
    // The last @: an earlier @ belongs to a password that is not encoded, and is rejected there.
    const at = rest.lastIndexOf('@');
    if (at === -1) throw refuse('has no user and password before an @');
    const { username, password } = parseUserinfo(rest.slice(0, at));
    const { host, port, database } = parseTarget(rest.slice(at + 1));
    const parts = { username, password, host, port, database, tls: scheme === 'rediss' };
    requireTls(parts, options);
    return parts;
  },

  /**
   * Builds the connection string with its password: secret. `parse` returns the same parts.
   *
   * @throws RedisClientError `url-refused`, or `setting-refused` for wrong options
   */
  build(parts: RedisUrlParts, options: RedisUrlOptions = {}): string {
    if (typeof parts !== 'object' || parts === null) {
      throw refuse('must be built from { username, password, host, port, database }');
    }
    requireOptions(options);
    const { username, password, host, port, database, tls = true } = parts;
    // Checks the method, not the class: an application may load this module as CommonJS and ESM.
    if (typeof password?.reveal !== 'function') {
      throw refuse('has no password that is a SecretText; wrap it with SecretText.of');
    }
    requireText('user', username);
    requireText('password', password.reveal());
    requireHost(host);
    if (!isPort(port)) throw refuse('has a port that is not an integer from 1 to 65535');
    if (!Number.isSafeInteger(database) || !DIGITS.test(String(database))) {
      throw refuse('has a database that is not an integer of 0 or more');
    }
    requireTls(parts, options);
    const target = { username, host: written(host), port, database, scheme: schemeOf(tls) };
    return connectionUrl(target, password);
  },

  /** The connection string without its password, for a log. Never throws. */
  mask(text: string, options: RedisUrlOptions = {}): string {
    try {
      const { username, host, port, database, tls } = redisUrl.parse(text, {
        ...options,
        allowPlaintextOnLocalhost: true,
      });
      const target = { username, host: written(host), port, database, scheme: schemeOf(tls) };
      return connectionUrlTemplate(target).replace('{password}', PASSWORD_MASK);
    } catch {
      return UNREADABLE;
    }
  },
} as const;

function requireOptions(options: RedisUrlOptions): void {
  requireObject('options', options, 'an object such as { allowPlaintextOnLocalhost: true }');
  const known = ['allowPlaintextOnLocalhost', 'allowPlaintextTo'] as const;
  requireKnown(options, known satisfies readonly (keyof RedisUrlOptions)[]);
  const { allowPlaintextTo: names = [] } = options;
  const allowed = "a list of names without a dot, such as ['redis']";
  if (!Array.isArray(names)) refuseSetting('allowPlaintextTo', shownArgument(names), allowed);
  const wrong = names.find((each) => /[.:]/.test(each) || faultOfHost('name', each) !== undefined);
  if (wrong !== undefined) refuseSetting('allowPlaintextTo', shownArgument(wrong), allowed);
}

function schemeOf(tls: boolean): 'rediss' | 'redis' {
  return tls ? 'rediss' : 'redis';
}

function written(host: string): string {
  return isIPv6(host) ? `[${host}]` : host;
}

function parseUserinfo(userinfo: string): Pick<RedisUrlParts, 'username' | 'password'> {
  const colon = userinfo.indexOf(':');
  if (colon === -1) throw refuse('has no password: no colon before the @');
  const [user, secret] = [userinfo.slice(0, colon), userinfo.slice(colon + 1)];
  if (!USERINFO.test(user) || !USERINFO.test(secret)) {
    throw refuse(
      'has a character in its user or password that must be percent-encoded there, such as ' +
        '# / ? @ : [ ] or a % without two hexadecimal digits',
    );
  }
  const username = decode('user', user) || DEFAULT_USERNAME;
  const password = decode('password', secret);
  requireText('user', username);
  requireText('password', password);
  return { username, password: SecretText.of(password) };
}

function decode(what: string, encoded: string): string {
  try {
    return decodeUserinfo(encoded);
  } catch {
    throw refuse(`has a ${what} whose percent-encoding is not UTF-8`);
  }
}

function parseTarget(target: string): Pick<Required<RedisUrlParts>, 'host' | 'port' | 'database'> {
  const named = TLS_QUERY.filter((name) => new RegExp(`[?&]${name}=`).test(target));
  if (named.length > 0) {
    throw refuse(
      `has ${named.join(' and ')} after the host: leave them out, since TLS is always verified ` +
        "here, and name the authority's file to the client, not in the string",
    );
  }
  if (/[?#]/.test(target)) {
    throw refuse('has a query or a fragment after the host: only a database may follow it');
  }
  const slash = target.indexOf('/');
  const authority = slash === -1 ? target : target.slice(0, slash);
  const path = slash === -1 ? '' : target.slice(slash + 1);
  // The bracket that closes an address, or the colon before the port.
  const [, address, name = '', port] =
    /^(?:\[([^[\]]*)\]|([^:[\]]*))(?::([^:]*))?$/.exec(authority) ?? [];
  const host = address ?? name;
  requireHost(host);
  if (address !== undefined && !isIPv6(address))
    throw refuse('has brackets around a text that is not an IPv6 address');
  if (port === undefined || port === '') throw refuse('has no port after its host');
  if (!DIGITS.test(port) || !isPort(Number(port))) {
    throw refuse('has a port that is not an integer from 1 to 65535');
  }
  if (path !== '' && !DIGITS.test(path)) {
    throw refuse('has a database that is not an integer of 0 or more');
  }
  return { host, port: Number(port), database: path === '' ? DEFAULT_DATABASE : Number(path) };
}

function requireText(what: string, text: string): void {
  const fault = faultOfText(what, text);
  if (fault !== undefined) throw refuse(fault);
}

function requireHost(host: string): void {
  const fault = faultOfHost('host', host);
  if (fault !== undefined) throw refuse(fault);
}

function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 1 && port <= 65535;
}

function requireTls({ tls = true, host }: RedisUrlParts, options: RedisUrlOptions): void {
  const { allowPlaintextOnLocalhost = false, allowPlaintextTo = [] } = options;
  if (tls || allowPlaintextTo.includes(host)) return;
  if (!allowPlaintextOnLocalhost && allowPlaintextTo.length === 0) {
    throw refuse(
      'is without TLS (redis://), which only `allowPlaintextOnLocalhost` allows, or ' +
        '`allowPlaintextTo` for a service of a compose file',
    );
  }
  if (!allowPlaintextOnLocalhost) {
    throw refuse(
      'is without TLS (redis://) to another host than a service of a compose file that the ' +
        'settings name in `allowPlaintextTo`; for localhost set `allowPlaintextOnLocalhost`',
    );
  }
  if (!LOCAL_HOSTS.includes(host)) {
    throw refuse(
      'is without TLS (redis://) to another machine: only localhost is allowed, or a service of ' +
        'a compose file that the settings name',
    );
  }
}

function refuse(what: string): RedisClientError {
  return new RedisClientError('url-refused', `the connection string ${what}`);
}
