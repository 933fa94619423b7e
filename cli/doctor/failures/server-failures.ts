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
    id: 'retries-exhausted',
    what: 'The client gave up after its retries; the cause is another error, before this one.',
    texts: [
      /MaxRetriesPerRequestError|Reached the max retries per request limit/,
      /Could not get a resource (?:from the pool|since the pool is exhausted)/,
      /connection pool (?:timeout|exhausted)/i,
      /Too many connections|No connection available/,
      /Stream isn't writeable and enableOfflineQueue options is false/,
      /The client is closed|ClientClosedError/,
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
