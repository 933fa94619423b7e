/**
 * `doctor --error` explains the error texts of client libraries, prints nothing of them that could
 * be secret, and says so where it does not know a text.
 */

import { FAILURES } from '../../cli/doctor/failures/failures';
import { failuresInText } from '../../cli/doctor/failures-in-text';
import { type ErrorText, TEXTS_OF_LIBRARIES } from '../support/error-texts';
import { runIn } from '../support/run-develop';
import { temporaryFolder } from '../support/temporary-folder';

const SECRET = 'hunter2-and-thirty-more-letters-1';

/** The first failure that a text tells. */
const idOf = (text: string) => failuresInText(text)[0]?.id ?? 'unknown';

/** As the libraries and servers print them. */
const TEXTS: readonly ErrorText[] = [
  ...TEXTS_OF_LIBRARIES,
  // Of ioredis and node-redis.
  ['connection-refused', 'Error: connect ECONNREFUSED 127.0.0.1:6379'],
  ['connection-refused', 'AggregateError [ECONNREFUSED]: \n    at internalConnectMultiple'],
  ['container-name-on-host', 'Error: getaddrinfo ENOTFOUND redis'],
  ['container-name-on-host', 'getaddrinfo EAI_AGAIN my-redis'],
  ['host-unknown', 'getaddrinfo ENOTFOUND master.x.abc123.euc1.cache.amazonaws.com'],
  ['dns-unavailable', 'getaddrinfo EAI_AGAIN redis.example.com'],
  ['connect-timed-out', 'Error: connect ETIMEDOUT'],
  ['connect-timed-out', 'ConnectionTimeoutError: Connection timeout'],
  ['connect-timed-out', 'Error: Connection timeout'],
  ['network-unreachable', 'connect EHOSTUNREACH 10.0.0.7:6379 - Local (10.0.0.2:0)'],
  ['password-missing', 'ReplyError: NOAUTH Authentication required.'],
  [
    'password-wrong',
    'ReplyError: WRONGPASS invalid username-password pair or user is disabled.\n  command: ' +
      `{ name: 'auth', args: [ 'default', '${SECRET}' ] }`,
  ],
  ['not-redis', 'ParserError: Protocol error, got "S" as reply type byte. Please report this.'],
  ['http-server', 'Protocol error, got "H" as reply type byte. Please report this.'],
  ['http-server', 'Error: Unknown RESP type 72 "H"'],
  ['not-redis', 'Error: Unknown RESP type 83 "S"'],
  ['plaintext-on-tls-port', 'Error: Unknown RESP type 21 "\u0015"'],
  [
    'plaintext-on-tls-port',
    'Protocol error, got "\\u0015" as reply type byte. Please report this.',
  ],
  ['tls-on-plaintext-port', 'write EPROTO 4:error:0A00010B:SSL routines:wrong version number'],
  ['certificate-self-signed', "self-signed certificate {\n  code: 'DEPTH_ZERO_SELF_SIGNED_CERT'"],
  ['certificate-authority-unknown', 'self-signed certificate in certificate chain'],
  ['certificate-authority-unknown', 'unable to verify the first certificate'],
  [
    'certificate-host-name',
    "Hostname/IP does not match certificate's altnames: IP: 127.0.0.2 is not in the cert's list: ",
  ],
  ['certificate-expired', 'Error: certificate has expired'],
  ['certificate-not-yet-valid', 'Error: certificate is not yet valid'],
  ['read-only-replica', "ReplyError: READONLY You can't write against a read only replica."],
  ['moved', 'ReplyError: MOVED 12182 10.0.1.7:6379'],
  ['ask', 'ReplyError: ASK 12182 10.0.1.7:6379'],
  ['cross-slot', "ReplyError: CROSSSLOT Keys in request don't hash to the same slot"],
  ['cluster-nodes-unreachable', 'ClusterAllFailedError: Failed to refresh slots cache.'],
  [
    'retries-exhausted',
    'MaxRetriesPerRequestError: Reached the max retries per request limit (which is 20).',
  ],
  ['connection-closed', 'SocketClosedUnexpectedlyError: Socket closed unexpectedly'],
  ['url-malformed', `TypeError: Invalid URL {\n  input: 'redis://:${SECRET}/@h' }`],
  ['variables-not-loaded', 'WARN[0000] The "REDIS_PASSWORD" variable is not set. Defaulting to'],
  ['variable-not-expanded', `connecting to redis://:\${REDIS_PASSWORD}@localhost:6379/0`],
  // Of redis-py.
  [
    'connection-refused',
    'redis_connection_failed error="Error 111 connecting to localhost:6379. Connection refused."',
  ],
  ['container-name-on-host', 'Error -2 connecting to redis:6379. Name or service not known.'],
  ['host-unknown', 'Error -2 connecting to redis.internal:6379. Name or service not known.'],
  ['dns-unavailable', 'Error -3 connecting to redis.a.b:6379. Temporary failure in name resol'],
  ['network-unreachable', 'Error 101 connecting to 224.0.0.1:6379. Network is unreachable.'],
  ['password-missing', 'redis_connection_failed error="NOAUTH Authentication required"'],
  ['password-not-encoded', `ValueError: Port could not be cast to integer value as '${SECRET}'`],
  ['url-malformed', 'ValueError: Redis URL must specify one of the following schemes (redis://'],
  ['http-server', "InvalidResponse: Protocol Error: b'HTTP/1.1 400 Bad Request'"],
  ['not-redis', `InvalidResponse: Protocol Error: b'SSH-2.0-OpenSSH_9.2 ${SECRET}'`],
  ['tls-on-plaintext-port', 'Error 1 connecting to h:1. [SSL: WRONG_VERSION_NUMBER] wrong'],
  ['connection-closed', 'redis.exceptions.ConnectionError: Connection closed by server.'],
  ['connection-closed', '[SSL: UNEXPECTED_EOF_WHILE_READING] EOF occurred in violation'],
  ['connect-timed-out', 'redis.exceptions.TimeoutError: Timeout connecting to server'],
  ['no-answer', 'redis.exceptions.TimeoutError: Timeout reading from socket'],
  ['loading', 'redis.exceptions.BusyLoadingError: Redis is loading the dataset in memory'],
  [
    'certificate-host-name',
    "certificate verify failed: Hostname mismatch, certificate is not valid for 'localhost'.",
  ],
  // Of go-redis.
  ['connection-refused', 'dial tcp 127.0.0.1:6379: connect: connection refused'],
  ['container-name-on-host', 'dial tcp: lookup redis on 127.0.0.11:53: no such host'],
  ['host-unknown', 'dial tcp: lookup redis.internal on 10.0.0.2:53: no such host'],
  ['connect-timed-out', 'dial tcp 10.0.0.7:6379: i/o timeout'],
  [
    'elasticache-outside-vpc',
    'dial tcp: master.x.abc123.euc1.cache.amazonaws.com:6379: i/o timeout',
  ],
  ['no-answer', 'read tcp 127.0.0.1:50416->127.0.0.1:6379: i/o timeout'],
  ['password-not-encoded', `parse "redis://:${SECRET}": invalid port ":${SECRET}" after host`],
  ['password-not-encoded', 'parse "redis://:p%zz@localhost": invalid URL escape "%zz"'],
  ['url-malformed', 'redis: invalid URL scheme: http'],
  ['certificate-authority-unknown', 'tls: failed: x509: certificate signed by unknown authority'],
  ['certificate-host-name', 'x509: certificate is valid for localhost, not redis.example.com'],
  [
    'certificate-host-name',
    "x509: cannot validate certificate for 10.0.0.7 because it doesn't " + 'contain any IP SANs',
  ],
  [
    'certificate-expired',
    'x509: certificate has expired or is not yet valid: current time 2026-11-28T19:00:00Z is ' +
      'after 2026-11-27T19:00:00Z',
  ],
  [
    'certificate-not-yet-valid',
    'x509: certificate has expired or is not yet valid: current time 2026-11-28T19:00:00Z is ' +
      'before 2026-11-29T19:00:00Z',
  ],
  ['client-certificate-required', 'remote error: tls: certificate required'],
  ['tls-version', 'remote error: tls: protocol version not supported'],
  ['tls-cipher', 'remote error: tls: handshake failure'],
  ['tls-on-plaintext-port', 'tls: first record does not look like a TLS handshake'],
  ['retries-exhausted', 'redis: connection pool timeout'],
  ['connection-closed', 'EOF'],
  // Of Jedis and Lettuce.
  ['connection-refused', 'Caused by: java.net.ConnectException: Connection refused'],
  ['container-name-on-host', 'Caused by: java.net.UnknownHostException: redis'],
  ['host-unknown', 'Caused by: java.net.UnknownHostException: redis.internal'],
  ['no-answer', 'JedisConnectionException: java.net.SocketTimeoutException: Read timed out'],
  [
    'no-answer',
    'io.lettuce.core.RedisCommandTimeoutException: Command timed out after 1 minute(s)',
  ],
  ['connection-closed', 'JedisConnectionException: Unexpected end of stream.'],
  ['retries-exhausted', 'JedisException: Could not get a resource from the pool'],
  ['certificate-authority-unknown', 'PKIX path building failed: sun.security.provider.certpath'],
  ['certificate-host-name', 'No subject alternative DNS name matching localhost found.'],
  ['tls-on-plaintext-port', 'SSLException: Unsupported or unrecognized SSL message'],
  ['tls-cipher', 'SSLHandshakeException: Received fatal alert: handshake_failure'],
  ['tls-version', 'SSLHandshakeException: Received fatal alert: protocol_version'],
  ['client-certificate-required', 'Received fatal alert: bad_certificate'],
  // Of servers, 5 to 8.
  ['password-wrong', 'ERR invalid password'],
  ['server-without-password', 'ERR Client sent AUTH, but no password is set'],
  [
    'server-without-password',
    'ERR AUTH <password> called without any password configured for the default user.',
  ],
  ['protected-mode', '-DENIED Redis is running in protected mode because protected mode is'],
  ['no-permission-command', "NOPERM User app has no permissions to run the 'flushall' command"],
  ['no-permission-command', 'NOPERM this user has no permissions to run the get command or its'],
  ['no-permission-key', 'NOPERM No permissions to access a key'],
  ['no-permission-key', 'NOPERM this user has no permissions to access one of the keys used as'],
  ['no-permission-channel', 'NOPERM No permissions to access a channel'],
  ['no-permission-database', 'NOPERM User app has no permissions to access database 3'],
  ['command-unknown', "ERR unknown command 'config', with args beginning with: 'get' "],
  ['command-unknown', `ERR unknown command \`AUTH\`, with args beginning with: \`${SECRET}\`, `],
  [
    'master-down',
    "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'",
  ],
  ['try-again', 'TRYAGAIN Multiple keys request during rehashing of slot'],
  ['cluster-down', 'CLUSTERDOWN Hash slot not served'],
  ['cluster-disabled', 'ERR This instance has cluster support disabled'],
  ['select-in-cluster', 'ERR SELECT is not allowed in cluster mode'],
  ['database-out-of-range', 'ERR DB index is out of range'],
  ['max-clients', 'ERR max number of clients reached'],
  ['out-of-memory', "OOM command not allowed when used memory > 'maxmemory'."],
  ['persistence-failed', 'MISCONF Redis is configured to save RDB snapshots, but it is currently'],
  ['persistence-failed', 'MISCONF Valkey is configured to save RDB snapshots, but is currently'],
  ['loading', 'LOADING Valkey is loading the dataset in memory'],
  ['busy-script', 'BUSY Redis is busy running a script. You can only call SCRIPT KILL or'],
  ['too-few-replicas', 'NOREPLICAS Not enough good replicas to write.'],
  // Of files and data.
  ['ca-file-unusable', "Error: ENOENT: no such file or directory, open '/tls/ca.crt'"],
  ['data-not-kept', 'after the migration all data was lost'],
  // What is no failure of Redis.
  ['unknown', 'TypeError: Cannot read properties of undefined'],
  ['unknown', 'BUSYGROUP Consumer Group name already exists'],
  ['unknown', 'the denied request was moved to the loading dock, ask again'],
  ['unknown', `password=${SECRET}`],
];

describe('An error text', () => {
  test.each([
    'unable to verify the first certificate',
    'certificate verify failed: unable to get local issuer certificate',
    'x509: certificate signed by unknown authority',
    'PKIX path building failed',
  ])('that leaves open which certificate is missing names both: %s', (text) => {
    expect(failuresInText(text).slice(0, 2)).toMatchObject([
      { id: 'certificate-authority-unknown' },
      { id: 'certificate-intermediate-missing' },
    ]);
  });

  test.each(['SELF_SIGNED_CERT_IN_CHAIN', 'tlsv1 alert unknown ca'])(
    'that does not leave it open names one: %s',
    (text) => {
      expect(failuresInText(text).map(({ id }) => id)).toStrictEqual([
        'certificate-authority-unknown',
      ]);
    },
  );

  test.each(TEXTS)('%s: %s', (id, text) => {
    expect(idOf(text)).toBe(id);
  });

  test('is never quoted beyond what is known', () => {
    const shown = TEXTS.flatMap(([, text]) => failuresInText(text).map(({ evidence }) => evidence));
    expect(shown.length).toBeGreaterThan(90);
    expect(shown.filter((each) => each.includes('hunter2'))).toStrictEqual([]);
  });

  test.each([
    ['connection-refused', 'Could not connect to Redis at 127.0.0.1:6379: Connection refused'],
    ['certificate-expired', 'certificate verify failed: certificate has expired'],
  ])('with its cause, %s, is not called open', (id, text) => {
    expect(failuresInText(text).map((each) => each.id)).toStrictEqual([id]);
  });

  test('of several failures names all, what the server said first', () => {
    const log =
      'MaxRetriesPerRequestError: Reached the max\nWRONGPASS invalid\nSocket closed unexpectedly';
    expect(failuresInText(log).map(({ id }) => id)).toStrictEqual([
      ...['password-wrong', 'connection-closed', 'retries-exhausted'],
    ]);
  });

  test('of any length is read in bounded time', () => {
    const worst = [' '.repeat(3e6), "'".repeat(3e6), 'NOPERM '.repeat(4e5), 'lookup a'.repeat(3e5)];
    const start = process.cpuUsage();
    for (const text of worst) failuresInText(text);
    expect(process.cpuUsage(start).user).toBeLessThan(2_000_000);
  });
});

describe('The table', () => {
  test('names as another cause only a row that it has', () => {
    const ids: readonly string[] = FAILURES.map(({ id }) => id);
    const others = FAILURES.flatMap(({ or }) => (or === undefined ? [] : [or.id]));
    expect(others).toStrictEqual(['certificate-intermediate-missing']);
    expect(others.filter((id) => !ids.includes(id))).toStrictEqual([]);
  });

  test('has each id once, a fix and a link', () => {
    const ids = FAILURES.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const poor = FAILURES.filter(
      ({ what, cause, fix, link }) =>
        !/^[A-Z].*\.$/.test(what) ||
        !/[.]$/.test(cause) ||
        fix.length === 0 ||
        !link.startsWith('https://'),
    );
    expect(poor.map(({ id }) => id)).toStrictEqual([]);
  });

  test('is reached by a text, unless only a connection can tell', () => {
    const reached = new Set<string>(TEXTS.map(([id]) => id));
    const withText = FAILURES.filter(({ texts }) => texts.length > 0).map(({ id }) => id);
    expect(withText.filter((id) => !reached.has(id))).toStrictEqual([]);
  });
});

describe('npx secure-redis doctor --error', () => {
  const run = (...args: readonly string[]) => runIn(temporaryFolder('doctor'), ['doctor', ...args]);

  test('says what happened, the cause, the fix and a link, and exits with 1', async () => {
    const { code, out, err } = await run('--error', 'ReplyError: NOAUTH Authentication required.');
    expect({ code, err }).toStrictEqual({ code: 1, err: '' });
    expect(out).toMatch(/^password-missing: The server demands a password, and the client sends /);
    for (const label of ['seen', 'cause', 'fix', 'more']) expect(out).toContain(`\n  ${label} `);
    expect(out).toContain('\n  seen     NOAUTH\n');
    expect(out).toMatch(/more +https:\/\/redis\.io\//);
  });

  test('as JSON', async () => {
    const { code, out } = await run('--json', '--error', 'OOM command not allowed');
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      state: 'failure',
      failure: { id: 'out-of-memory', evidence: ['OOM command not allowed'] },
    });
  });

  test('says that it does not know a text, and what to send', async () => {
    const { code, out } = await run('--error', `something with ${SECRET}`);
    expect(code).toBe(1);
    expect(out).toMatch(/^unknown: /);
    expect(out).toMatch(/send +the output of this command with --json, which has no secret/);
    expect(out).toContain('https://github.com/cdk-secure-redis/cdk-secure-redis/issues');
    expect(out).not.toContain('hunter2');
  });

  test('needs a text', async () => {
    expect(await run('--error', ' ')).toMatchObject({ code: 2, out: '' });
  });
});
