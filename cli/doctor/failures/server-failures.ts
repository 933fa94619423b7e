/** Failures of a server in a state in which it refuses commands. */

import { type KnownFailure, LINKS } from './known-failure';

export const SERVER_FAILURES = [
  {
    id: 'max-clients',
    what: 'The server has as many connections as it allows.',
    texts: [/max number of clients reached/],
    cause:
      'Connections are not reused or not closed: one per request, a pool per worker that is too ' +
      'large; or `maxclients` is too low, also by the limit of open files.',
    fix: [
      'Find who holds them: `CLIENT LIST`, by address and age.',
      'Share one client per process, limit the pool, set `timeout` for idle connections.',
      'Raise `maxclients`, and the limit of open files with it.',
    ],
    link: LINKS.clients,
  },
  {
    id: 'loading',
    what: 'The server reads its data from disk, and answers when it is done.',
    texts: [/\bLOADING\b/, /BusyLoadingError/],
    cause: 'It has just started, or a replica takes over the data of its primary.',
    fix: [
      'Wait: `INFO persistence` has `loading_eta_seconds`.',
      'Let the application retry at its start, and the health check wait (`start_period`).',
      'If it comes back again and again, the server restarts: look for out of memory in its log.',
    ],
    link: LINKS.persistence,
  },
  {
    id: 'busy-script',
    what: 'A script or function runs for so long that the server refuses other commands.',
    texts: [/\bBUSY (?:Redis|Valkey|Server)\b/i],
    cause: 'A Lua script runs longer than `busy-reply-threshold`, 5 seconds unless it is set.',
    fix: [
      '`SCRIPT KILL` or `FUNCTION KILL`; a script that has written can only be ended with ' +
        '`SHUTDOWN NOSAVE`, which loses data.',
      'Split the work of the script.',
    ],
    link: LINKS.scripts,
  },
  {
    id: 'out-of-memory',
    what: 'The memory is full, so the server refuses commands that need more.',
    texts: [/\bOOM command not allowed/, /command not allowed when (?:used memory|under OOM)/],
    cause:
      '`maxmemory` is reached, and `maxmemory-policy` evicts nothing: it is noeviction, or ' +
      'volatile-… and no key has a TTL.',
    fix: [
      'A cache: `maxmemory-policy allkeys-lru`, and a TTL for keys.',
      'A queue or sessions: raise `maxmemory` or remove data; eviction would lose it.',
      'Find large keys: `redis-cli --bigkeys` or `--memkeys`.',
    ],
    link: LINKS.eviction,
  },
  {
    id: 'persistence-failed',
    what: 'The server cannot save its data, so it refuses writes.',
    texts: [/\bMISCONF\b/],
    cause:
      'The disk is full, the folder of the data is missing or not writable for the user of the ' +
      'server, or there is too little memory to fork.',
    fix: [
      'Look into the log of the server, at `df -h`, and at the owner of the volume.',
      'Then save: `BGSAVE`. Do not set `stop-writes-on-bgsave-error no`: it hides data loss.',
    ],
    link: LINKS.persistence,
  },
  {
    id: 'too-few-replicas',
    what: 'Too few replicas are connected, so the server refuses writes.',
    texts: [/\bNOREPLICAS\b/],
    cause: '`min-replicas-to-write` asks for more replicas than are connected and in time.',
    fix: [
      'Look at `INFO replication`, and bring the replicas back.',
      'If there are to be none: `min-replicas-to-write 0`.',
    ],
    link: LINKS.replication,
  },
  {
    id: 'container-unhealthy',
    what: 'The health check of the container fails.',
    texts: [
      /\(unhealthy\)/,
      /container [\w.-]{1,80} is unhealthy/,
      /dependency failed to start/,
      /"(?:Health)?Status": ?"unhealthy"/,
    ],
    cause:
      'The health check does not log in, so it answers NOAUTH; or it is slower than its timeout, ' +
      'or the server is loading or down. `redis-cli ping` exits with 0 on NOAUTH, so a check ' +
      'that passes may prove nothing.',
    fix: [
      "See what it prints: `docker inspect -f '{{json .State.Health}}' CONTAINER`.",
      'Log in by REDISCLI_AUTH, which no process list shows, and compare the answer: ' +
        '`["CMD-SHELL", "REDISCLI_AUTH=$$(cat /run/secrets/redis_password) redis-cli ping | ' +
        'grep -q PONG"]`.',
      'Then run `doctor` for the server itself.',
    ],
    link: LINKS.composeFile,
  },
  {
    id: 'data-not-kept',
    what: 'The server is new and empty, and saves nothing: data ends with its process.',
    texts: [/data (?:is |was )?(?:lost|loss)|lost (?:all )?(?:its |the )?(?:data|keys)/i],
    cause:
      'Neither RDB nor AOF is on, or the folder of the data is in no volume, or the volume ' +
      'belongs to another project name of compose.',
    fix: [
      'Set `appendonly yes`, and a named volume for /data: `redis_data:/data`.',
      'Restore a backup only while the server is stopped, and with `appendonly no`: else the ' +
        'empty AOF wins, and the backup is overwritten at the next save.',
      'If data may be lost, as in a cache, do nothing.',
    ],
    link: LINKS.persistence,
  },
  {
    id: 'port-taken',
    what: 'The server or its container cannot start: another program has its port.',
    texts: [
      /Bind for [\w.:[\]]{1,60}63\d\d failed: port is already allocated/,
      /(?<!Bind for \S{1,60} failed: )port is already allocated/,
      /server TCP listening socket [^\n]{0,60}[Aa]ddress already in use/,
      /listen(?:ing)? [\w*.:[\] ]{1,60}63\d\d: bind: [Aa]ddress already in use/,
      /exposing port TCP [\w.:[\]]{1,60}63\d\d\b/,
    ],
    cause: 'Mostly another Redis: of the system, of another compose project, or left behind.',
    fix: [
      'Find it: `ss -ltnp`, `docker ps --filter publish=6379`, `systemctl status redis-server`.',
      'Stop it, or publish another port of the host: `"127.0.0.1:6380:6379"`.',
      'Until then, applications at this port talk to the other server, with its password.',
    ],
    link: LINKS.composeFile,
  },
  {
    id: 'server-too-old',
    what: 'The client library demands a newer server.',
    texts: [
      /Redis version needs to be greater or equal than/,
      /You are connecting to Redis [\w.]{1,20}, Sidekiq requires/,
    ],
    cause: 'The image or package of the server is old, or has no fixed version.',
    fix: ['Update the server to a version that gets fixes, after a backup of its data.'],
    link: LINKS.troubleshooting,
  },
  {
    id: 'eviction-loses-data',
    what: 'The server may remove data of a queue when its memory is full.',
    texts: [
      /Eviction policy is [\w-]{1,30}\. It should be "noeviction"/,
      /Redis instance will evict Sidekiq data/,
    ],
    cause: '`maxmemory-policy` evicts keys, as is right for a cache and wrong for a queue.',
    fix: [
      'Set `maxmemory-policy noeviction`; at ElastiCache, in the parameter group.',
      'Give a cache and a queue a server each.',
    ],
    link: LINKS.eviction,
  },
  {
    id: 'connection-cause-open',
    what: 'The client cannot connect, and its text does not say why.',
    texts: [
      /It was not possible to connect to the redis server/,
      /(?:UnableToConnect|AuthenticationFailure|ProtocolFailure)(?: \([\w, -]{1,60}\))? on\b/,
      /No connection(?: \([^)\n]{1,80}\))? is active\/available/,
      /Connection to Redis never succeeded/,
      /Unable to connect to (?:Redis|Valkey)/i,
      /(?<shown>Unable to connect to) \[?[\w.-]{0,120}\/(?:<unresolved>|[\da-f.:]{3,40}):\d/,
      /(?<shown>Unable to connect to) \[?[\w.-]{1,120}:\d?63\d\d\b/,
      /Failed to connect to any host/,
      /JedisConnectionException/,
      /Can't init enough connections amount/,
      /RedisConnectionFailureException|CannotConnectError|RedisConnectionException/,
      /Cannot connect to (?:the )?(?:redis|valkey)\b/i,
      /Could not connect to (?:Redis|Valkey)/i,
    ],
    cause:
      'The library wraps the cause: refused (nothing listens), a time-out (a firewall), a name ' +
      'that does not resolve, TLS or its certificate, or a refused login. Refused is the most ' +
      'usual.',
    fix: [
      'Run `doctor URL` on the same machine, or in the same container: it tells which of them.',
      'Or log the innermost error (`Caused by`, InnerException), and give it to `--error`.',
      'At once: refused, or a login. After seconds: a time-out. Only by name: DNS.',
    ],
    link: LINKS.clients,
  },
  {
    id: 'answer-cause-open',
    what: 'The client got no answer, and its text does not say why.',
    texts: [
      /read error on connection to/i,
      /Redis server(?: [\w.:-]{1,120})? went away/,
      /Error while (?:reading|writing)[\w ]{0,20} (?:from|to) the server/,
    ],
    cause:
      'One of: the command took longer than the read timeout of the client (also BLPOP or ' +
      'subscribe on an idle connection), the server closed the connection, or the port speaks ' +
      'TLS and the client does not.',
    fix: [
      'Run `doctor URL` on the same machine: it tells TLS and a server that closes.',
      'Only after seconds: raise `read_timeout` above the wait of blocking commands, and look at ' +
        '`SLOWLOG GET 10`.',
      'With TLS: `tls://` or `"scheme" => "tls"` in phpredis, Predis and Laravel.',
    ],
    link: LINKS.clients,
  },
  {
    id: 'retries-exhausted',
    what: 'The client gave up after its retries; the cause is another error, before this one.',
    texts: [
      /MaxRetriesPerRequestError|Reached the max retries per request limit/,
      /Could not get a resource (?:from the pool|since the pool is exhausted)/,
      /connection pool (?:timeout|exhausted)/i,
      /Too many connections|No connection available/,
      /Stream isn't writeable and enableOfflineQueue options is false/,
      /The client is closed|ClientClosedError/,
      /Unable to acquire connection!/,
      /Retry limit exceeded while trying to reconnect/,
    ],
    cause:
      'Commands waited for a connection that could not be made, or all connections of the pool ' +
      'are in use.',
    fix: [
      'Find the error of the connection: log the event `error` of the client.',
      'Run `doctor` with the same connection string, on the same machine or in the same container.',
      'If it is healthy from there, the pool is too small, or connections are not given back.',
    ],
    link: LINKS.clients,
  },
] as const satisfies readonly KnownFailure[];
