/** Failures of the wrong server: replicas, shards, Sentinels, databases, other protocols. */

import { type KnownFailure, LINKS } from './known-failure';

/** StackExchange.Redis does not even send it. */
const REFUSED_BY_CLIENT = /Command cannot be issued to a (?:replica|slave)/;

export const TOPOLOGY_FAILURES = [
  {
    id: 'http-server',
    what: 'A web server answers at this address.',
    texts: [
      /Protocol error, got "H" as reply type byte/,
      /Unknown RESP type 72 "H"/,
      /Protocol Error: b'HTTP\//,
      /Unknown reply: H/,
      /can't parse (?:reply=)?"HTTP\//,
    ],
    cause: 'The port is that of the application, of a proxy or of an administration page.',
    fix: ['Use host and port of the Redis server; usual are 6379 and 6380.'],
    link: LINKS.troubleshooting,
  },
  {
    id: 'sentinel',
    what: 'A Sentinel answers, which knows where the primary is and has no data.',
    texts: [],
    cause: 'Port 26379 is that of Sentinel.',
    fix: [
      'Give the client the Sentinels as Sentinels (`sentinels` and `name` of ioredis, ' +
        'redis-sentinel:// of Lettuce), or connect to the primary that they name.',
    ],
    link: LINKS.sentinel,
  },
  {
    id: 'sentinel-without-primary',
    what: 'The client finds no primary by way of the Sentinels.',
    texts: [
      /All sentinels are unreachable/i,
      /No master found for ['"]/,
      /All sentinels down, cannot determine where is/i,
      /Can connect to sentinel, but [\w.-]{1,80} seems to be not monitored/i,
      /all sentinels specified in configuration are unreachable/,
      /Cannot connect (?:to a )?Redis Sentinel/i,
      /No sentinels available/,
      /No such master with that name/,
    ],
    cause:
      'One of: no Sentinel can be reached, they demand a password of their own, they know the ' +
      'primary by another name, or the address that they name is one of another network.',
    fix: [
      'Run `doctor redis://HOST:26379` for a Sentinel: it must answer that it is one.',
      'Ask it for the name: `redis-cli -p 26379 SENTINEL MASTERS`; then run `doctor` for the ' +
        'address that it tells.',
      'Set the password of the Sentinels apart: `sentinelPassword` of ioredis, ' +
        '`sentinel_kwargs` of redis-py.',
    ],
    link: LINKS.sentinel,
  },
  {
    id: 'not-redis',
    what: 'Something that is not Redis answers.',
    texts: [
      /Protocol error, got "[^"\n]{1,8}" as reply type byte/,
      /Unknown RESP type \d{1,3} "[^\n]?"/,
      /(?<shown>Protocol Error): b'/,
      /(?<shown>Unknown reply): /,
      /(?<shown>redis: can't parse)/,
    ],
    cause: 'Another service listens at this host and port, or a proxy that does not speak Redis.',
    fix: ['Compare host and port with those of the server.'],
    link: LINKS.troubleshooting,
  },
  {
    id: 'master-down',
    what: 'The server is a replica that lost its primary, and refuses to answer with old data.',
    texts: [/\bMASTERDOWN\b/],
    cause: 'The link to the primary is down, and `replica-serve-stale-data` is no.',
    fix: [
      'Look at the primary, and at `masterauth` and `masteruser` of the replica after a rotation.',
      'Connect to the primary endpoint.',
    ],
    link: LINKS.replication,
  },
  {
    id: 'read-only-replica',
    what: 'The server is a replica, and takes no writes.',
    texts: [/\bREADONLY\b/, /can't write against a read only (?:replica|slave)/, REFUSED_BY_CLIENT],
    cause:
      'The connection string leads to a replica or a reader endpoint, or the primary became a ' +
      'replica in a failover and the client kept its connection.',
    fix: [
      'Use the primary endpoint for writes; if the application only reads, add `--reads-only`.',
      'Let the client connect again on READONLY: `reconnectOnError` of ioredis; ' +
        '`cdk-secure-redis/client` does.',
    ],
    link: LINKS.replication,
  },
  {
    id: 'moved',
    what: 'The server is a node of a cluster, and the key is on another node.',
    texts: [/\bMOVED \d{1,5} [\w.:-]{1,120}/, /\bMOVED\b/],
    cause: 'The client does not follow redirections: it is not in cluster mode.',
    fix: [
      'Use the cluster client of the library, with the configuration endpoint: `Redis.Cluster`, ' +
        '`createCluster`, `RedisCluster`.',
    ],
    link: LINKS.cluster,
  },
  {
    id: 'ask',
    what: 'The slot of the key is being moved to another node.',
    texts: [/\bASK \d{1,5} [\w.:-]{1,120}/],
    cause: 'A cluster that is resized answers ASK until the slot is moved.',
    fix: [
      'Use a cluster client, which sends ASKING to that node; if it stays, look at the resize.',
    ],
    link: LINKS.cluster,
  },
  {
    id: 'try-again',
    what: 'The keys of the command are split, while their slot is being moved.',
    texts: [/\bTRYAGAIN\b/],
    cause: 'A cluster that is resized cannot run commands with several keys of a moving slot.',
    fix: ['Try again with a pause until the resize is over.'],
    link: LINKS.cluster,
  },
  {
    id: 'cross-slot',
    what: 'The keys of one command, transaction or script are in different slots.',
    texts: [/\bCROSSSLOT\b/, /[Kk]eys in request don't hash to the same slot/],
    cause: 'In a cluster, the keys of one command must be in one slot.',
    fix: [
      'Give the keys one hash tag: `{user:1}:name`, `{user:1}:cart`; BullMQ: `prefix: "{bull}"`.',
      'Or split the command by key.',
    ],
    link: LINKS.cluster,
  },
  {
    id: 'cluster-down',
    what: 'The cluster does not serve its slots.',
    texts: [/\bCLUSTERDOWN\b/, /[Tt]he cluster is down/],
    cause:
      'Slots are assigned to no node, or a shard has lost its primary and no replica could take ' +
      'over.',
    fix: [
      'Look at `CLUSTER INFO` and `CLUSTER SHARDS` for slots without a node and failed nodes.',
      'A new cluster: `redis-cli --cluster create` or `fix`. Otherwise bring the shard back.',
    ],
    link: LINKS.cluster,
  },
  {
    id: 'cluster-nodes-unreachable',
    what: 'A cluster client reaches no node of the cluster.',
    texts: [
      /ClusterAllFailedError/,
      /Failed to refresh slots cache/,
      /None of startup nodes is available/,
      /Redis Cluster cannot be connected/,
      /Could not initialize cluster slots cache/,
      /No reachable node in cluster/,
      /Cannot retrieve (?:initial )?cluster partitions/,
      /Not all slots (?:are )?covered|No way to dispatch this command to Redis Cluster/,
    ],
    cause:
      'The client connects to the addresses that the nodes announce, which may be those inside ' +
      'of a container network; or each node refuses it, by password or TLS.',
    fix: [
      'Run `doctor` on one node first: it tells a refused login or TLS.',
      'Announce addresses that clients reach: `cluster-announce-ip` or ' +
        '`cluster-announce-hostname`, or set `natMap` of ioredis.',
    ],
    link: LINKS.cluster,
  },
  {
    id: 'cluster-disabled',
    what: 'A cluster client talks to a server that is not in cluster mode.',
    texts: [/cluster support disabled/],
    cause: 'The server has no shards, so it answers no CLUSTER command.',
    fix: ['Use the plain client of the library: `new Redis`, `createClient`, `Redis.from_url`.'],
    link: LINKS.cluster,
  },
  {
    id: 'select-in-cluster',
    what: 'The connection string selects a database, and a cluster has only database 0.',
    texts: [
      /SELECT is not allowed in cluster mode/,
      /Multiple databases are not supported on this server/,
      /Cannot use database other than 0 in cluster/i,
    ],
    cause: 'Redis and Valkey up to 8 have no databases in cluster mode.',
    fix: ['End the connection string with /0, and separate data by a prefix of the keys.'],
    link: LINKS.select,
  },
  {
    id: 'database-out-of-range',
    what: 'The server does not have the database of the connection string.',
    texts: [/DB index is out of range/, /invalid DB index/],
    cause: '`databases` of the server is 16 unless it is set, counted from 0.',
    fix: ['Use a lower number after the last / of the connection string, or raise `databases`.'],
    link: LINKS.select,
  },
] as const satisfies readonly KnownFailure[];
