/** Error texts of client libraries, as they print them, and the failure that each tells. */

import type { FailureId } from '../../cli/doctor/failures/failures';

export type ErrorText = readonly [FailureId | 'unknown', string];

export const TEXTS_OF_LIBRARIES: readonly ErrorText[] = [
  // Of StackExchange.Redis.
  [
    'connection-cause-open',
    'It was not possible to connect to the redis server(s). UnableToConnect on h:6379/Interactive',
  ],
  ['connection-cause-open', 'It was not possible to connect to the redis server(s).'],
  ['connection-cause-open', 'No connection is active/available to service this operation: GET a'],
  [
    'connection-cause-open',
    'No connection (requires writable - not eligible for replica) is active/available to service',
  ],
  ['connection-cause-open', 'Connection to Redis never succeeded (attempts: 12 - check your'],
  [
    'connection-cause-open',
    'disable AbortOnConnectFail. AuthenticationFailure on h:6380/Interacti',
  ],
  [
    'password-wrong',
    'It was not possible to connect to the redis server(s). There was an authentication failure; ' +
      'check that passwords (or client certificates) are configured correctly: ' +
      '(RedisServerException) WRONGPASS invalid username-password pair or user is disabled.',
  ],
  ['no-answer', 'Timeout performing GET user:1 (5000ms), next: GET user:1, inst: 0, qu: 0'],
  ['no-answer', 'Timeout awaiting response (outbound=0KiB, inbound=0KiB, 5000ms elapsed'],
  ['connection-closed', 'RedisConnectionException: SocketClosed (ReadEndOfStream) on h:6379/Inter'],
  ['connection-closed', 'RedisConnectionException: SocketFailure on h:6379/Interactive, Idle'],
  ['read-only-replica', 'RedisCommandException: Command cannot be issued to a replica: SET a'],
  ['select-in-cluster', 'Multiple databases are not supported on this server; cannot switch to'],
  [
    'certificate-refused',
    'The remote certificate was rejected by the provided RemoteCertificateValidationCallback.',
  ],
  [
    'certificate-refused',
    'The remote certificate is invalid according to the validation procedure',
  ],
  [
    'certificate-authority-unknown',
    'The remote certificate is invalid because of errors in the certificate chain: PartialChain',
  ],
  [
    'certificate-expired',
    'The remote certificate is invalid because of errors in the certificate chain: NotTimeValid',
  ],
  ['host-unknown', 'System.Net.Sockets.SocketException (11001): No such host is known.'],
  [
    'connection-refused',
    'No connection could be made because the target machine actively refused it',
  ],
  // Of Jedis, Lettuce, Redisson and Spring.
  [
    'connection-cause-open',
    'JedisConnectionException: Failed to connect to any host resolved for DNS name.',
  ],
  ['connection-cause-open', 'JedisConnectionException: Failed to create socket.'],
  [
    'connect-timed-out',
    'Failed to connect to any host resolved for DNS name.\n' +
      '\tSuppressed: java.net.SocketTimeoutException: Connect timed out',
  ],
  ['connection-cause-open', 'Unable to connect to localhost/<unresolved>:6379'],
  ['connection-cause-open', 'Unable to connect to 10.0.0.7/10.0.0.7:7000'],
  ['connection-cause-open', 'RedisConnectionException: Unable to connect to localhost:6379'],
  [
    'connection-refused',
    'Unable to connect to redis/<unresolved>:6379\nCaused by: io.netty.channel.AbstractChannel$' +
      'AnnotatedConnectException: Connection refused: redis/172.18.0.2:6379',
  ],
  ['connection-cause-open', 'RedisConnectionFailureException: Unable to connect to Redis'],
  ['connection-cause-open', 'Unable to connect to Redis server: localhost/127.0.0.1:6379'],
  [
    'connection-cause-open',
    "Can't init enough connections amount! Only 0 from 24 were initialized.",
  ],
  ['no-answer', 'RedisResponseTimeoutException: Redis server response timeout (3000 ms) occured'],
  ['retries-exhausted', 'RedisTimeoutException: Unable to acquire connection! Increase connection'],
  [
    'container-name-on-host',
    "UnknownHostException: Failed to resolve 'redis' [A(1)] after 2 queries",
  ],
  ['host-unknown', "UnknownHostException: Failed to resolve 'redis.internal' [A(1), AAAA(28)]"],
  ['connect-timed-out', 'ConnectTimeoutException: connection timed out after 10000 ms: /10.0.0.7'],
  ['certificate-authority-unknown', 'Path does not chain with any of the trust anchors'],
  ['certificate-refused', 'SSLHandshakeException: Received fatal alert: certificate_unknown'],
  ['client-certificate-required', 'Received fatal alert: certificate_required'],
  ['sentinel-without-primary', 'All sentinels down, cannot determine where is mymaster master is'],
  [
    'sentinel-without-primary',
    'Can connect to sentinel, but mymaster seems to be not monitored...',
  ],
  ['sentinel-without-primary', 'Cannot connect Redis Sentinel at [redis://10.0.0.7:26379]'],
  // Of phpredis, Predis and Laravel.
  ['answer-cause-open', 'RedisException: read error on connection to 127.0.0.1:6379'],
  ['answer-cause-open', 'RedisException: Redis server went away'],
  ['answer-cause-open', 'RedisException: Redis server redis:6379 went away'],
  ['answer-cause-open', 'Error while reading line from the server. [tcp://127.0.0.1:6379]'],
  [
    'connection-refused',
    'Predis\\Connection\\ConnectionException: Connection refused [tcp://127.0',
  ],
  [
    'container-name-on-host',
    'php_network_getaddresses: getaddrinfo for redis failed: Name or service not known',
  ],
  ['host-unknown', 'php_network_getaddresses: getaddrinfo failed: Name does not resolve'],
  ['host-unknown', 'getaddrinfo for redis.internal failed: Name does not resolve'],
  ['container-name-on-host', 'Error -2 connecting to redis:6379. Name does not resolve.'],
  [
    'certificate-refused',
    'SSL operation failed with code 1. OpenSSL Error messages:\n' +
      'error:0A000086:SSL routines::certificate verify failed',
  ],
  ['certificate-host-name', "Peer certificate CN=`redis' did not match expected CN=`10.0.0.7'"],
  // Of redis-rb, redis-client and Sidekiq.
  ['no-answer', 'RedisClient::ReadTimeoutError: Waited 1.0 seconds (redis://localhost:6379/0)'],
  ['connection-refused', 'Error connecting to Redis on localhost:6379 (Errno::ECONNREFUSED)'],
  ['connect-timed-out', 'Error connecting to Redis on 10.0.0.7:6379 (Redis::TimeoutError)'],
  ['container-name-on-host', 'getaddrinfo: Name or service not known (redis://redis:6379)'],
  ['connection-closed', 'Redis::ConnectionError: Connection lost (ECONNRESET)'],
  ['sentinel-without-primary', 'RedisClient::CannotConnectError: No sentinels available'],
  [
    'certificate-authority-unknown',
    'SSL_connect returned=1 errno=0 peeraddr=10.0.0.7:6379 state=error: certificate verify ' +
      'failed (unable to get local issuer certificate)',
  ],
  ['certificate-host-name', 'hostname "10.0.0.7" does not match the server certificate'],
  ['server-too-old', 'You are connecting to Redis 5.0.7, Sidekiq requires Redis 6.2.0 or greater'],
  ['eviction-loses-data', 'WARNING: Your Redis instance will evict Sidekiq data under heavy load.'],
  // Of BullMQ, and more of ioredis.
  ['server-too-old', 'Error: Redis version needs to be greater or equal than 5.0.0 Current: 3.2.1'],
  ['eviction-loses-data', 'Eviction policy is allkeys-lru. It should be "noeviction"'],
  [
    'server-without-password',
    "[WARN] This Redis server's `default` user does not require a password, but a password was " +
      'supplied',
  ],
  [
    'users-not-supported',
    '[ERROR] The server returned "wrong number of arguments for \'auth\' command". You are ' +
      'probably passing both username and password to Redis version 5 or below.',
  ],
  ['sentinel-without-primary', 'Error: All sentinels are unreachable. Retrying from scratch after'],
  // Of Celery, kombu, Django and more of redis-py.
  ['tls-verification-not-set', 'ValueError: A rediss:// URL must have parameter ssl_cert_reqs and'],
  [
    'tls-verification-not-set',
    'A rediss:// or cluster-rediss:// URL must have parameter ssl_cert_reqs',
  ],
  [
    'connection-refused',
    'consumer: Cannot connect to redis://redis:6379/0: Error 111 connecting to',
  ],
  [
    'retries-exhausted',
    'Retry limit exceeded while trying to reconnect to the Celery redis result',
  ],
  ['connection-closed', "Error while reading from socket: (104, 'Connection reset by peer')"],
  ['variables-not-loaded', 'ImproperlyConfigured: Set the REDIS_URL environment variable'],
  ['sentinel-without-primary', "MasterNotFoundError: No master found for 'mymaster'"],
  [
    'users-not-supported',
    "AuthenticationWrongNumberOfArgsError: wrong number of arguments for 'auth' command",
  ],
  ['script-not-loaded', 'redis.exceptions.NoScriptError: No matching script. Please use EVAL.'],
  // Of go-redis, rueidis, redis-rs and hiredis.
  ['sentinel-without-primary', 'redis: all sentinels specified in configuration are unreachable'],
  ['no-answer', 'context deadline exceeded'],
  [
    'certificate-host-name',
    'x509: certificate relies on legacy Common Name field, use SANs instead',
  ],
  ['certificate-authority-unknown', 'invalid peer certificate: UnknownIssuer'],
  ['certificate-expired', 'invalid peer certificate: Expired'],
  ['certificate-host-name', 'invalid peer certificate: NotValidForName'],
  ['client-certificate-required', 'received fatal alert: CertificateRequired'],
  ['host-unknown', 'failed to lookup address information: Name or service not known'],
  ['connection-refused', 'Connection refused (os error 111)'],
  ['connection-closed', 'multiplexed connection driver unexpectedly terminated'],
  ['connection-closed', 'unexpected end of file'],
  ['connection-closed', 'Error: Server closed the connection'],
  ['no-answer', 'Error: Resource temporarily unavailable'],
  [
    'certificate-refused',
    'Could not negotiate a TLS connection: SSL_connect failed: certificate verify failed',
  ],
  // Of servers, in their log too.
  ['users-not-supported', "ERR wrong number of arguments for 'auth' command"],
  ['command-arguments', "ERR wrong number of arguments for 'get' command"],
  ['command-arguments', 'ReplyError: ERR syntax error'],
  ['wrong-type', 'WRONGTYPE Operation against a key holding the wrong kind of value'],
  ['script-not-loaded', 'NOSCRIPT No matching script. Please use EVAL.'],
  ['sentinel-without-primary', 'ERR No such master with that name'],
  [
    'certificate-refused',
    'Error accepting a client connection: error:0A000412:SSL routines::sslv3 alert bad certificate',
  ],
  ['client-certificate-required', 'error:0A000412:SSL routines::sslv3 alert bad certificate'],
  [
    'port-taken',
    'Could not create server TCP listening socket *:7001: bind: Address already in use',
  ],
  // Of docker and compose.
  ['container-unhealthy', 'dependency failed to start: container pazpaz-redis is unhealthy'],
  ['container-unhealthy', 'pazpaz-redis   redis:7-alpine   Up 2 minutes (unhealthy)'],
  ['port-taken', 'Bind for 0.0.0.0:6379 failed: port is already allocated'],
  ['port-taken', 'driver failed programming external connectivity: port is already allocated'],
  ['port-taken', 'listen tcp4 0.0.0.0:6379: bind: address already in use'],
  ['port-taken', 'Ports are not available: exposing port TCP 0.0.0.0:6379 -> 127.0.0.1:0: listen'],
  // What is no failure of Redis, though its words are like those of one.
  ['unknown', 'Bind for 0.0.0.0:5432 failed: port is already allocated'],
  ['unknown', 'Error: listen EADDRINUSE: address already in use :::3000'],
  ['unknown', 'Unable to connect to db.example.com:5432'],
  ['unknown', 'sh: syntax error: unexpected end of file'],
  ['unknown', 'server closed the connection unexpectedly'],
  ['unknown', 'Waited 30 seconds for the lock'],
  ['unknown', "Can't save in background: fork: Resource temporarily unavailable"],
  ['unknown', 'ERROR: syntax error at or near "SELECT"'],
  ['unknown', 'redis: nil'],
];
