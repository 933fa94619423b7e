/**
 * Commands and subcommands of each engine with their ACL categories, as `ACL CAT` of the server
 * lists them.
 *
 * Tests compare the table with every server on the machine. ElastiCache adds no command to them.
 */

import { isAtLeast } from './is-at-least';

/** An engine as ElastiCache names it. */
export interface AclEngine {
  readonly name: string;
  /** Major and minor version. */
  readonly version: string;
}

/** Commands of a category signature; `@9.0` is the version that added the command. */
const SINCE_7_0 = `
none = acl acl|cat acl|genpass acl|help acl|whoami client cluster cluster|countkeysinslot
  cluster|getkeysinslot cluster|help cluster|info cluster|keyslot cluster|links cluster|myid
  cluster|myshardid@7.2 cluster|nodes cluster|shards cluster|slot-stats@8.0 cluster|slots
  commandlog@8.1 commandlog|help@8.1 config config|help function@7.0 latency latency|help memory
  memory|doctor memory|help memory|malloc-stats memory|purge memory|stats module module|help
  object pubsub pubsub|help script slowlog slowlog|help xgroup xinfo
admin connection dangerous = client|kill client|list client|no-evict client|pause client|unblock
  client|unpause
admin dangerous = acl|deluser acl|dryrun acl|getuser acl|list acl|load acl|log acl|save
  acl|setuser acl|users bgrewriteaof bgsave cluster|addslots cluster|addslotsrange
  cluster|bumpepoch cluster|cancelslotmigrations@9.0 cluster|count-failure-reports
  cluster|delslots cluster|delslotsrange cluster|failover cluster|flushslots cluster|forget
  cluster|getslotmigrations@9.0 cluster|meet cluster|migrateslots@9.0 cluster|replicas
  cluster|replicate cluster|reset cluster|saveconfig cluster|set-config-epoch cluster|setslot
  cluster|slaves cluster|syncslots@9.0 commandlog|get@8.1 commandlog|len@8.1 commandlog|reset@8.1
  config|get config|resetstat config|rewrite config|set debug failover latency|doctor
  latency|graph latency|histogram latency|history latency|latest latency|reset module|list
  module|load module|loadex module|unload monitor psync replconf replicaof save shutdown slaveof
  slowlog|get slowlog|len slowlog|reset sync
admin dangerous fast = lastsave role
admin dangerous hyperloglog = pfselftest
admin dangerous hyperloglog write = pfdebug
admin dangerous keyspace write = cluster|flushslot@9.0
bitmap fast read = bitfield_ro getbit
bitmap read = bitcount bitpos
bitmap write = bitfield bitop setbit
blocking connection = wait waitaof@7.2
blocking fast sortedset write = bzpopmax bzpopmin
blocking list write = blmove blmpop@7.0 blpop brpop brpoplpush
blocking read stream = xread
blocking sortedset write = bzmpop@7.0
blocking stream write = xreadgroup
connection = client|caching client|capa@8.0 client|getname client|getredir client|help client|id
  client|import-source@8.1 client|info client|no-touch@7.2 client|reply client|setinfo@7.2
  client|setname client|tracking client|trackinginfo command command|count command|docs
  command|getkeys command|getkeysandflags command|help command|info command|list
connection fast = asking auth echo hello ping quit@7.0 readonly readwrite reset select
dangerous = info
dangerous fast keyspace write = swapdb
dangerous keyspace read = keys
dangerous keyspace write = flushall flushdb migrate restore restore-asking
dangerous list read set sortedset = sort_ro@7.0
dangerous list set sortedset write = sort
fast = time
fast hash read = hexists hexpiretime@9.0 hget hlen hmget hpexpiretime@9.0 hpttl@9.0 hstrlen
  httl@9.0
fast hash write = hdel hexpire@9.0 hexpireat@9.0 hgetdel@9.1 hgetex@9.0 hincrby hincrbyfloat hmset
  hpersist@9.0 hpexpire@9.0 hpexpireat@9.0 hset hsetex@9.0 hsetnx
fast hyperloglog write = pfadd
fast keyspace read = dbsize exists expiretime@7.0 pexpiretime@7.0 pttl touch ttl type
fast keyspace write = expire expireat move persist pexpire pexpireat renamenx unlink
fast list read = llen
fast list write = lpop lpush lpushx rpop rpush rpushx
fast pubsub = publish spublish@7.0
fast read = lolwut
fast read set = scard sismember smismember
fast read sortedset = zcard zcount zlexcount zmscore zrank zrevrank zscore
fast read stream = xlen
fast read string = get mget strlen
fast set write = sadd smove spop srem
fast sortedset write = zadd zincrby zpopmax zpopmin zrem
fast stream write = xack xadd xautoclaim xclaim xdel xsetid
fast string write = append decr decrby delifeq@9.0 getdel getex getset incr incrby incrbyfloat
  setnx
fast transaction = discard multi unwatch watch
geo read = geodist geohash geopos georadius_ro georadiusbymember_ro geosearch
geo write = geoadd georadius georadiusbymember geosearchstore
hash read = hgetall hkeys hrandfield hscan hvals
hyperloglog read = pfcount
hyperloglog write = pfmerge
keyspace = object|help
keyspace read = clusterscan@9.1 dump object|encoding object|freq object|idletime object|refcount
  randomkey scan
keyspace write = copy del rename
list read = lindex lpos lrange
list write = linsert lmove lmpop@7.0 lrem lset ltrim rpoplpush
pubsub = psubscribe pubsub|channels pubsub|numpat pubsub|numsub pubsub|shardchannels
  pubsub|shardnumsub punsubscribe ssubscribe@7.0 subscribe sunsubscribe@7.0 unsubscribe
read = memory|usage
read set = sdiff sinter sintercard@7.0 smembers srandmember sscan sunion
read sortedset = zdiff zinter zintercard@7.0 zrandmember zrange zrangebylex zrangebyscore
  zrevrange zrevrangebylex zrevrangebyscore zscan zunion
read stream = xinfo|consumers xinfo|groups xinfo|stream xpending xrange xrevrange
read string = getrange lcs@7.0 substr
scripting = eval eval_ro@7.0 evalsha evalsha_ro@7.0 fcall@7.0 fcall_ro@7.0 function|dump
  function|help function|kill function|list function|stats script|debug script|exists script|flush
  script|help script|kill script|load script|show@8.0
scripting write = function|delete function|flush function|load function|restore
set write = sdiffstore sinterstore sunionstore
sortedset write = zdiffstore zinterstore zmpop@7.0 zrangestore zremrangebylex zremrangebyrank
  zremrangebyscore zunionstore
stream = xgroup|help xinfo|help
stream write = xgroup|create xgroup|createconsumer xgroup|delconsumer xgroup|destroy xgroup|setid
  xtrim
string write = mset msetex@9.1 msetnx psetex set setex setrange
transaction = exec
`;

/** Redis 6.2 has no subcommands: categories of its containers, and of commands moved later. */
const IN_6_2 = `
admin connection dangerous = client
admin dangerous = acl cluster config latency module slowlog
dangerous fast = role
fast keyspace = asking readonly readwrite select
keyspace = wait
keyspace read = object
pubsub = pubsub
read = memory
read stream = xinfo
read string = stralgo
scripting = script
stream write = xgroup
`;

/** Categories that changed with 7.2. */
const IN_7_0 = 'connection = wait';

/** Categories that `+@name` takes on every engine. `all` is every command. */
export const ACL_CATEGORIES: readonly string[] = [
  'admin',
  'all',
  'bitmap',
  'blocking',
  'connection',
  'dangerous',
  'fast',
  'geo',
  'hash',
  'hyperloglog',
  'keyspace',
  'list',
  'pubsub',
  'read',
  'scripting',
  'set',
  'slow',
  'sortedset',
  'stream',
  'string',
  'transaction',
  'write',
];

/** Categories by command; subcommands as `config|get`. */
export type CommandCategories = ReadonlyMap<string, readonly string[]>;

const SUBCOMMANDS_SINCE = '7.0';
const DATABASES_SINCE = '9.1';
/** https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth-iam.html */
const IAM_LOGINS_SINCE: Readonly<Record<string, string>> = { redis: '7.0', valkey: '7.2' };

/** The version of Redis OSS or Valkey whose commands an engine has. */
function levelOf({ name, version }: AclEngine): string {
  // Redis OSS 7.1 of ElastiCache is compatible with 7.0.
  return name === 'redis' && isAtLeast(version, SUBCOMMANDS_SINCE) ? SUBCOMMANDS_SINCE : version;
}

/** Whether rules may name subcommands, read and write patterns, and selectors. */
export function hasSubcommandRules({ version }: AclEngine): boolean {
  return isAtLeast(version, SUBCOMMANDS_SINCE);
}

/** Whether rules may name databases. */
export function hasDatabaseRules({ name, version }: AclEngine): boolean {
  return name === 'valkey' && isAtLeast(version, DATABASES_SINCE);
}

/** Whether users may log in by IAM: on an unknown engine or version they may. */
export function hasIamLogins({ name, version }: AclEngine): boolean {
  const least = IAM_LOGINS_SINCE[name];
  return least === undefined || !/^\d/.test(version) || isAtLeast(version, least);
}

const byLevel = new Map<string, CommandCategories>();

/** Every command and subcommand of an engine, with its categories. */
export function commandsOf(engine: AclEngine): CommandCategories {
  const level = levelOf(engine);
  const known = byLevel.get(level) ?? readTable(level);
  byLevel.set(level, known);
  return known;
}

function readTable(level: string): CommandCategories {
  const isOld = !isAtLeast(level, SUBCOMMANDS_SINCE);
  const rows = [
    ...rowsOf(SINCE_7_0),
    ...(isAtLeast(level, '7.2') ? [] : rowsOf(IN_7_0)),
    ...(isOld ? rowsOf(IN_6_2) : []),
  ];
  const isKnown = ({ name, since }: Row) =>
    isOld ? since === undefined && !name.includes('|') : isAtLeast(level, since ?? '7.0');
  return new Map(rows.filter(isKnown).map(({ name, categories }) => [name, categories]));
}

interface Row {
  readonly name: string;
  readonly since: string | undefined;
  readonly categories: readonly string[];
}

function rowsOf(table: string): readonly Row[] {
  const lines = table.replaceAll('\n  ', ' ').trim().split('\n');
  return lines.flatMap((line) => {
    const [signature = '', commands = ''] = line.split(' = ');
    const named = signature.split(' ').filter((each) => each !== 'none');
    const categories = named.includes('fast') ? named : [...named, 'slow'];
    return commands.split(' ').map((command) => {
      const [name = '', since] = command.split('@');
      return { name, since, categories };
    });
  });
}

/** The commands of a rule such as `+get` or `-@read`; a container stands for its subcommands. */
export function namesOfRule(rule: string, known: CommandCategories): readonly string[] {
  const isCategory = rule[1] === '@';
  const name = rule.slice(isCategory ? 2 : 1);
  const isNamed = isCategory
    ? (_: string, categories: readonly string[]) => name === 'all' || categories.includes(name)
    : (each: string) => each === name || each.startsWith(`${name}|`);
  const names: string[] = [];
  for (const [each, categories] of known) {
    if (isNamed(each, categories)) names.push(each);
  }
  // A rule for a first argument, as `+select|0`, is no name of the table.
  return names.length === 0 ? [name] : names;
}
