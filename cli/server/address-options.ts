/**
 * The options in the query of a connection string, in the spellings of the client libraries: which
 * database, which authority, how much of a certificate is verified.
 *
 * Pure. Options that change only how a client behaves are accepted and have no effect; others are
 * refused by their names. Values are never quoted.
 */

import { nearest } from '../../contract/nearest';
import { AddressError } from './address-error';

/** What a client would verify: authority and host name, the authority only, or nothing. */
export type Verification = 'full' | 'authority' | 'none';

export interface AddressOptions {
  readonly database?: number;
  /** A PEM file, as it is written. */
  readonly caFile?: string;
  readonly verify?: Verification;
  /** Whether TLS is asked for by an option. */
  readonly tls?: boolean;
}

/** What a value means; `undefined` if it is not one of the option. */
type Reading = (value: string) => AddressOptions | undefined;

const DATABASE = /^(?:0|[1-9]\d{0,14})$/;

const BOOLEANS: Readonly<Record<string, boolean>> = {
  true: true,
  '1': true,
  yes: true,
  on: true,
  false: false,
  '0': false,
  no: false,
  off: false,
};

const database: Reading = (value) =>
  DATABASE.test(value) ? { database: Number(value) } : undefined;

const tls: Reading = (value) => choice({ ...BOOLEANS, required: true }, value, 'tls');

function verified(by: Readonly<Record<string, Verification>>): Reading {
  return (value) => choice(by, value, 'verify');
}

function verifiedIf(isOn: boolean, otherwise: Verification): Reading {
  const all = Object.entries(BOOLEANS).map(
    ([word, value]) => [word, value === isOn ? 'full' : otherwise] as const,
  );
  return verified(Object.fromEntries(all));
}

function choice<Key extends keyof AddressOptions>(
  by: Readonly<Record<string, AddressOptions[Key]>>,
  value: string,
  key: Key,
): AddressOptions | undefined {
  const word = value.toLowerCase();
  return Object.hasOwn(by, word) ? { [key]: by[word] } : undefined;
}

interface KnownOption {
  readonly allowed: string;
  readonly read: Reading;
}

const INTEGER = 'an integer of 0 or more';
const BOOLEAN = 'true or false';
const DATABASE_OPTION: KnownOption = { allowed: INTEGER, read: database };
const TLS_OPTION: KnownOption = { allowed: BOOLEAN, read: tls };
const REJECT: KnownOption = { allowed: BOOLEAN, read: verifiedIf(true, 'none') };

const KNOWN: Readonly<Record<string, KnownOption>> = {
  db: DATABASE_OPTION,
  database: DATABASE_OPTION,
  dbindex: DATABASE_OPTION,
  tls: TLS_OPTION,
  ssl: TLS_OPTION,
  // redis-py and Celery. In clients of Python `optional` is `required`, elsewhere it is not.
  ssl_cert_reqs: {
    allowed: 'required, or none to verify nothing',
    read: verified({ required: 'full', cert_required: 'full', none: 'none', cert_none: 'none' }),
  },
  ssl_check_hostname: { allowed: BOOLEAN, read: verifiedIf(true, 'authority') },
  ssl_ca_certs: {
    allowed: 'the path of a PEM file',
    read: (value) => (value === '' ? undefined : { caFile: value }),
  },
  rejectUnauthorized: REJECT,
  reject_unauthorized: REJECT,
  // go-redis.
  skip_verify: { allowed: BOOLEAN, read: verifiedIf(false, 'none') },
  // Lettuce.
  verifyPeer: {
    allowed: 'FULL, CA or NONE',
    read: verified({ full: 'full', true: 'full', ca: 'authority', none: 'none', false: 'none' }),
  },
};

/** Of the libraries: time-outs, pools, repetitions, names, which of the host's addresses. */
const WITHOUT_EFFECT = new Set(
  `protocol timeout family prefix persistent retry_interval lazy serializer visibility_timeout
  socket_timeout socket_connect_timeout socket_keepalive socket_read_size health_check_interval
  retry_on_timeout max_connections decode_responses encoding encoding_errors client_name lib_name
  lib_version single_connection_client
  dial_timeout read_timeout write_timeout pool_size pool_timeout pool_fifo min_idle_conns
  max_idle_conns max_active_conns conn_max_idle_time conn_max_lifetime idle_timeout max_conn_age
  idle_check_frequency max_retries min_retry_backoff max_retry_backoff context_timeout_enabled
  connectTimeout commandTimeout socketTimeout keepAlive noDelay connectionName keyPrefix
  maxRetriesPerRequest enableReadyCheck enableOfflineQueue lazyConnect autoResubscribe
  clientName libraryName libraryVersion connect_timeout connection_limit pool_max_size`.split(
    /\s+/,
  ),
);

const IN_FRONT = 'Write user and password before the host, as in redis://app:PASSWORD@host:6379';
const OF_ONE = 'Pass the address of one server';
const NO_CLIENT_CERTIFICATE = 'Leave it out: this command presents no certificate of a client';
const AS_FILE = 'Write the authority to a PEM file, and its path as ssl_ca_certs';

const REFUSED: Readonly<Record<string, string>> = {
  password: IN_FRONT,
  username: IN_FRONT,
  user: IN_FRONT,
  auth: IN_FRONT,
  ssl_certfile: NO_CLIENT_CERTIFICATE,
  ssl_keyfile: NO_CLIENT_CERTIFICATE,
  ssl_password: NO_CLIENT_CERTIFICATE,
  ssl_ca_path: AS_FILE,
  ssl_ca_data: AS_FILE,
  addr: OF_ONE,
  sentinelMasterId: OF_ONE,
  sentinel_master: OF_ONE,
  service_name: OF_ONE,
};

/** Text that is no part of a generated password: letters and underscores. */
const PLAIN_NAME = /^[A-Za-z_]{1,40}$/;

/** Whether a text is a query of options that are known, and of nothing else. */
export function isKnownQuery(query: string): boolean {
  return query.split('&').every((each) => {
    const [, name] = /^([^=]*)=/.exec(each) ?? [];
    return name !== undefined && (Object.hasOwn(KNOWN, name) || WITHOUT_EFFECT.has(name));
  });
}

/** @throws AddressError for an option that is unknown, given twice, or has another value */
export function addressOptionsOf(query: string): AddressOptions {
  const seen = new Set<string>();
  let options: AddressOptions = {};
  for (const each of query.split('&')) {
    const [, name = '', written = ''] = /^([^=]+)=(.*)$/s.exec(each) ?? [];
    requireKnownOption(name);
    if (WITHOUT_EFFECT.has(name)) continue;
    const { allowed, read } = KNOWN[name] as KnownOption;
    const value = decoded(written);
    const meaning = value === undefined ? undefined : read(value);
    if (meaning === undefined) {
      throw refused(`have \`${name}\` as ${allowed}`, 'another value', `Correct \`${name}\``);
    }
    for (const key of Object.keys(meaning)) {
      if (seen.has(key) && key !== 'verify') {
        throw refused(`say its ${key} once`, 'it twice', `Leave one of them out: \`${name}\``);
      }
      seen.add(key);
    }
    options = { ...options, ...meaning, ...weakest(options, meaning) };
  }
  return options;
}

/** `ssl_cert_reqs=none` turns off what `ssl_check_hostname=true` asks for. */
function weakest(one: AddressOptions, other: AddressOptions): AddressOptions {
  const order = ['none', 'authority', 'full'] as const;
  const verify = order.find((each) => each === one.verify || each === other.verify);
  return verify === undefined ? {} : { verify };
}

function requireKnownOption(name: string): void {
  if (Object.hasOwn(KNOWN, name) || WITHOUT_EFFECT.has(name)) return;
  const must = 'have options that are known after its ?';
  if (Object.hasOwn(REFUSED, name)) throw refused(must, `\`${name}\``, REFUSED[name] as string);
  if (!PLAIN_NAME.test(name)) {
    const advice = 'Write options as name=value, and a ? in a password as %3F';
    throw refused(must, 'something else', advice);
  }
  const near = nearest(name, Object.keys(KNOWN));
  const meant = near === undefined ? '' : `, or write \`${near}\`, if it means that`;
  const advice = 'Leave it out, if it says how a client behaves';
  throw refused(must, `\`${name}\``, `${advice}${meant}`);
}

/** Clients of some languages read a plus as a space. */
function decoded(written: string): string | undefined {
  if (written.includes('+')) return undefined;
  try {
    return decodeURIComponent(written);
  } catch {
    return undefined;
  }
}

function refused(must: string, got: string, advice: string): AddressError {
  return new AddressError('option', must, got, advice);
}
