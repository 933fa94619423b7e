/**
 * Errors between an application and its cache, as a closed set of codes.
 *
 * Each error names the problem, the host and port, and what to do. It never holds a secret or a
 * `cause`: errors of a library or of `read` can quote a secret.
 */

/** What to do for each code. */
export const REDIS_CLIENT_ADVICE = {
  'cannot-connect':
    'Check the security group of the client, the host and the port, and that the cache runs',
  'not-tls': 'Check the port: this client speaks TLS and nothing else',
  'not-redis':
    'Check the host and the port: something else answers there, such as a proxy or a web server',
  'certificate-refused':
    'Connect to the name that the secret has under `host`, and pass `ca` where the authority is ' +
    'not a public one',
  'authentication-failed':
    'Check that the secret belongs to this cache, and run `npx secure-redis status` to see which ' +
    'node accepts which password',
  'iam-login-refused':
    'Check, in this order: the clock of this machine (`date -u` must agree with the Date that ' +
    '`curl -sI https://aws.amazon.com` prints); `userId`, `replicationGroupId` and `region`; ' +
    'that the user group of the cache has the user; and that the policy of the application ' +
    'allows elasticache:Connect on both the replication group and the user',
  'aws-credentials-unusable':
    'Check that `aws sts get-caller-identity` works in the environment of the application, and ' +
    'that `credentials` is a provider that renews what expires',
  'health-check-failed': 'Do nothing if the client reconnects; otherwise check the node',
  'wrong-cache':
    'Check which cache and which endpoint the application was given before you look for lost data',
  'credentials-unreadable':
    'Check that the application may read the secret and decrypt it with its key, and that it ' +
    'reaches Secrets Manager',
  'credentials-unusable':
    'Check that it is the credentials secret, and that its first rotation is over',
  'url-refused': 'Take the connection string from the secret, or build it with redisUrl.build',
  'setting-refused': 'Correct the setting',
} as const;

export type RedisClientErrorCode = keyof typeof REDIS_CLIENT_ADVICE;

/** Host and port of a node. */
export interface RedisEndpoint {
  readonly host: string;
  readonly port: number;
}

export class RedisClientError extends Error {
  override readonly name = 'RedisClientError';
  readonly code: RedisClientErrorCode;
  readonly host: string | undefined;
  readonly port: number | undefined;

  /** The message includes `what` unchanged: it must not hold a secret. */
  constructor(code: RedisClientErrorCode, what: string, at?: RedisEndpoint) {
    const where = at === undefined ? '' : `${at.host}:${at.port} `;
    super(`${where}${what}. ${REDIS_CLIENT_ADVICE[code]}.`);
    this.code = code;
    this.host = at?.host;
    this.port = at?.port;
  }
}

const CERTIFICATE =
  /^(?:ERR_TLS_CERT|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH|INVALID_CA)/;
const NO_TLS = /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|ERR_SSL_|EPROTO/;
/** Error of node-redis for bytes that are not RESP. */
const NO_RESP = /^Unknown RESP type\b/;
const LOGIN = /^(?:WRONGPASS|NOAUTH)\b/;
const WRONG_CACHE: readonly (readonly [RegExp, string])[] = [
  [/^MOVED\b/, 'is sharded, and this client follows no redirections; use a cluster client'],
  [/cluster support disabled/i, 'is not sharded; use a client without cluster mode'],
  [/^READONLY\b/, 'is a replica and takes no writes; connect to the primary endpoint'],
  [/DB index is out of range/i, 'does not have this database; choose one that it has'],
];

interface Failure {
  readonly code?: unknown;
  readonly message?: unknown;
  readonly name?: unknown;
}

/**
 * The `RedisClientError` for the failure of a connection or a command, with one of the codes of
 * `RedisClientErrorCode`. A `RedisClientError` is returned unchanged.
 */
export function explainRedisError(failure: unknown, at: RedisEndpoint): RedisClientError {
  if (failure instanceof RedisClientError) return failure;
  if (typeof at?.host !== 'string') {
    const given = at === null ? 'null' : typeof at;
    const what = `\`at\` must be { host, port }, got ${given === 'object' ? 'an object' : given}`;
    throw new RedisClientError('setting-refused', what);
  }
  const { code, message, name } = (failure ?? {}) as Failure;
  const text = typeof message === 'string' ? message : '';
  const id = typeof code === 'string' && /^[A-Z]\w{2,60}$/.test(code) ? code : '';
  if (LOGIN.test(text)) {
    const [kind] = text.split(' ', 1);
    return new RedisClientError('authentication-failed', `refuses the login: ${kind}`, at);
  }
  const wrong = WRONG_CACHE.find(([pattern]) => pattern.test(text));
  if (wrong) return new RedisClientError('wrong-cache', wrong[1], at);
  if (CERTIFICATE.test(id)) {
    const what = `shows a certificate that is not trusted for this name: ${id}`;
    return new RedisClientError('certificate-refused', what, at);
  }
  if (NO_TLS.test(id) || NO_TLS.test(text)) {
    return new RedisClientError('not-tls', 'does not answer with TLS', at);
  }
  if (NO_RESP.test(text)) {
    return new RedisClientError('not-redis', 'must answer in the protocol of Redis', at);
  }
  // At most one word: the full message of a library may quote the command.
  const kind = text.split(' ', 1)[0] ?? '';
  const type = failure instanceof Error ? failure.constructor.name : '';
  const word =
    id ||
    [/^[A-Z]{3,20}$/.test(kind) ? kind : '', type, name].find(
      (each) => typeof each === 'string' && /^[A-Z]\w{2,40}$/.test(each) && each !== 'Error',
    );
  return new RedisClientError('cannot-connect', `cannot be used: ${word || 'no reason given'}`, at);
}
