/**
 * Commands that ElastiCache can block with the parameter `rename-commands`, and those that a cache
 * needs.
 *
 * The guide's list (Redis OSS 5.0.3 parameter changes) also names AUTH and CLUSTER; the output of
 * `describe-cache-parameters` does not.
 */

import type { ParameterFamily } from './engine-versions';
import type { SourceName } from './sources';

export const COMMANDS_SOURCE: SourceName = 'describedParameters';

/** Commands that `rename-commands` accepts since Redis OSS 5.0.3. */
export const RENAMABLE_COMMANDS: ReadonlySet<string> = new Set(
  `APPEND BITCOUNT BITFIELD BITOP BITPOS BLPOP BRPOP BRPOPLPUSH BZPOPMIN BZPOPMAX CLIENT COMMAND
DBSIZE DECR DECRBY DEL DISCARD DUMP ECHO EVAL EVALSHA EXEC EXISTS EXPIRE EXPIREAT FLUSHALL FLUSHDB
GEOADD GEOHASH GEOPOS GEODIST GEORADIUS GEORADIUSBYMEMBER GET GETBIT GETRANGE GETSET HDEL HEXISTS
HGET HGETALL HINCRBY HINCRBYFLOAT HKEYS HLEN HMGET HMSET HSET HSETNX HSTRLEN HVALS INCR INCRBY
INCRBYFLOAT INFO KEYS LASTSAVE LINDEX LINSERT LLEN LPOP LPUSH LPUSHX LRANGE LREM LSET LTRIM MEMORY
MGET MONITOR MOVE MSET MSETNX MULTI OBJECT PERSIST PEXPIRE PEXPIREAT PFADD PFCOUNT PFMERGE PING
PSETEX PSUBSCRIBE PUBSUB PTTL PUBLISH PUNSUBSCRIBE RANDOMKEY READONLY READWRITE RENAME RENAMENX
RESTORE ROLE RPOP RPOPLPUSH RPUSH RPUSHX SADD SCARD SCRIPT SDIFF SDIFFSTORE SELECT SET SETBIT SETEX
SETNX SETRANGE SINTER SINTERSTORE SISMEMBER SLOWLOG SMEMBERS SMOVE SORT SPOP SRANDMEMBER SREM STRLEN
SUBSCRIBE SUNION SUNIONSTORE SWAPDB TIME TOUCH TTL TYPE UNSUBSCRIBE UNLINK UNWATCH WAIT WATCH ZADD
ZCARD ZCOUNT ZINCRBY ZINTERSTORE ZLEXCOUNT ZPOPMAX ZPOPMIN ZRANGE ZRANGEBYLEX ZREVRANGEBYLEX
ZRANGEBYSCORE ZRANK ZREM ZREMRANGEBYLEX ZREMRANGEBYRANK ZREMRANGEBYSCORE ZREVRANGE ZREVRANGEBYSCORE
ZREVRANK ZSCORE ZUNIONSTORE SCAN SSCAN HSCAN ZSCAN XINFO XADD XTRIM XDEL XRANGE XREVRANGE XLEN XREAD
XGROUP XREADGROUP XACK XCLAIM XPENDING GEORADIUS_RO GEORADIUSBYMEMBER_RO LOLWUT XSETID
SUBSTR`.split(/\s/),
);

/** Families for which AWS documents `rename-commands`, or users report it. */
export const RENAME_PROVEN_FAMILIES: readonly ParameterFamily[] = ['redis6.x', 'redis7', 'valkey7'];

/** The commands of `preset` in `blockedCommands`, which empty or swap databases. */
export const BLOCKED_COMMANDS_PRESET: readonly string[] = ['FLUSHALL', 'SWAPDB'];

/** Commands for logins, connections and the rotation. */
export const CONNECTION_COMMANDS: ReadonlySet<string> = new Set(
  `AUTH CLIENT CLUSTER COMMAND ECHO HELLO INFO PING QUIT READONLY READWRITE RESET ROLE SELECT
ASKING WAIT`.split(/\s/),
);

/** Commands that client libraries send themselves, and that every application uses. */
export const CLIENT_COMMANDS: ReadonlySet<string> = new Set(
  `DEL DISCARD EXEC EXISTS EXPIRE GET MULTI PUBLISH PSUBSCRIBE PUNSUBSCRIBE SET SETEX SUBSCRIBE TTL
UNSUBSCRIBE UNWATCH WATCH`.split(/\s/),
);

/**
 * Commands that a queue does not need: its workers (BullMQ, Celery, RQ, Sidekiq) and their scripts
 * may send all others.
 */
export const QUEUE_MAY_BLOCK: ReadonlySet<string> = new Set(
  `DBSIZE DUMP FLUSHALL FLUSHDB KEYS LASTSAVE LOLWUT MEMORY MONITOR MOVE OBJECT RANDOMKEY RESTORE
SLOWLOG SWAPDB`.split(/\s/),
);

/**
 * Commands that ElastiCache offers on no node. An access string that names one is refused; a
 * category that contains one is not.
 */
export const RESTRICTED_COMMANDS: readonly string[] =
  `BGREWRITEAOF BGSAVE CONFIG DEBUG MIGRATE REPLICAOF SAVE SHUTDOWN SLAVEOF SYNC`.split(' ');

export const RESTRICTED_COMMANDS_SOURCE: SourceName = 'restrictedCommands';

/** The value of `rename-commands` that blocks these commands. */
export function renameCommandsValue(commands: readonly string[]): string {
  return commands.map((command) => `${command} blocked`).join(' ');
}

/** The commands that a value of `rename-commands` blocks; `undefined` for another format. */
export function blockedBy(value: string): readonly string[] | undefined {
  const words = value.split(/\s+/).filter((word) => word !== '');
  const pairs = Array.from({ length: Math.ceil(words.length / 2) }, (_, index) =>
    words.slice(2 * index, 2 * index + 2),
  );
  const isBlocked = pairs.every(([, word = '']) => word.toLowerCase() === 'blocked');
  return isBlocked ? pairs.map(([command = '']) => command.toUpperCase()) : undefined;
}
