/** Which commands of Redis a health check sends, and whether they change a key or a setting. */

import type { HealthTest } from './health-test';
import { statusWith } from './shell-outcome';
import { shellWords } from './shell-words';

/** Options of the client that are followed by a value. */
const VALUED = ['-h', '-p', '-a', '-u', '-n', '-s', '-t', '-r', '-i', '-d', '-D', '-X', '--user']
  .concat('--pass', '--requirepass', '--uri', '--cacert', '--cacertdir', '--cert', '--key', '--sni')
  .concat('--tls-ciphers', '--tls-ciphersuites');
const words = (text: string) => text.split(' ');
const WRITES = [
  'append bitfield bitop blmove blmpop blpop brpop brpoplpush bzmpop bzpopmax bzpopmin copy decr',
  'decrby del expire expireat flushall flushdb geoadd getdel getex getset hdel hexpire hincrby',
  'hincrbyfloat hmset hset hsetnx incr incrby incrbyfloat linsert lmove lmpop lpop lpush lpushx',
  'lrem lset ltrim migrate move mset msetnx persist pexpire pexpireat pfadd pfmerge psetex rename',
  'renamenx restore rpop rpoplpush rpush rpushx sadd sdiffstore set setbit setex setnx setrange',
  'sinterstore smove spop srem sunionstore swapdb unlink xack xadd xdel xtrim zadd zincrby zmpop',
  'zpopmax zpopmin zrem zunionstore replicaof slaveof shutdown failover',
].flatMap(words);
const READS = [
  'ping auth hello echo get info role dbsize exists ttl pttl type time strlen llen lrange lindex',
  'scard smembers sismember hget hgetall hlen hexists hmget zcard zrange zscore mget scan keys',
  'lastsave select wait quit randomkey getrange bitcount xlen xrange xinfo pubsub eval_ro',
  'evalsha_ro fcall_ro command lolwut',
].flatMap(words);
const READING_PARTS: Readonly<Record<string, readonly string[]>> = {
  acl: words('whoami list users getuser cat dryrun log'),
  client: words('list id getname info'),
  cluster: words('info nodes myid slots shards keyslot countkeysinslot'),
  config: ['get'],
  latency: words('latest history doctor'),
  memory: words('usage stats doctor'),
  sentinel: words('ping masters master replicas slaves sentinels get-master-addr-by-name ckquorum'),
  slowlog: words('get len'),
};
const WRITING_PARTS: Readonly<Record<string, readonly string[]>> = {
  acl: words('setuser deluser load save'),
  config: words('set rewrite resetstat'),
};
const LENGTH_MAX = 20_000;
const ANSWERS = ['PONG', 'NOAUTH Authentication required.'];

export interface SentCommands {
  /** In upper case, of those that change something. */
  readonly writing: string | undefined;
  /** Why it is not known that all others read only. */
  readonly unknown: string | undefined;
}

export function sentCommands({ text, args }: HealthTest): SentCommands {
  const calls: (readonly string[])[] = [];
  let isFollowed = true;
  for (const answer of ANSWERS) {
    const called = (given: readonly string[], input: string) => {
      const own = commandOf(given);
      calls.push(
        ...(own.length > 0 ? [own] : input.split(/\n|\\n/).map((each) => each.split(' '))),
      );
    };
    const status = statusWith({ answer, called }, text, args);
    isFollowed &&= status !== undefined;
  }
  const literal = literalCalls(text.slice(0, LENGTH_MAX));
  const all = [...calls, ...literal].filter(([first = '']) => first !== '');
  const writing = all.find((each) => kindOfCommand(each) === 'writes');
  const unclear = all.find((each) => kindOfCommand(each) === 'unknown');
  const isHidden =
    !isFollowed && (literal.length === 0 || text.length > LENGTH_MAX || /\.sh\b/.test(text));
  return {
    writing: writing?.[0]?.toUpperCase(),
    unknown: unclear
      ? `what ${unclear[0]?.toUpperCase().replaceAll(/[^A-Z._-]/g, '')} changes is not known`
      : isHidden
        ? 'its program is not known'
        : undefined,
  };
}

/** Calls that are written in the text, run or not. */
function literalCalls(text: string): readonly (readonly string[])[] {
  return Array.from(
    text.matchAll(/\b(?:redis|valkey|keydb)-cli\b["']?/g),
    ({ index, 0: found }) => {
      const rest = text.slice(index + found.length, index + found.length + 2_000);
      const all = shellWords(rest);
      const end = all.findIndex(({ text: each, isQuoted }) => !isQuoted && /^[;|&>)`]/.test(each));
      const own = end < 0 ? all : all.slice(0, end);
      return commandOf(own.map((each) => each.text)).map((each) => each.replace(/[)`"]+$/, ''));
    },
  ).filter((each) => each.length > 0);
}

/** The command among arguments of the client. */
function commandOf(args: readonly string[]): readonly string[] {
  for (let at = 0; at < args.length; at++) {
    const each = args[at] ?? '';
    if (VALUED.includes(each)) at += 1;
    else if (/^\d?>/.test(each)) return [];
    else if (!each.startsWith('-')) return args.slice(at);
  }
  return [];
}

function kindOfCommand([first = '', second = '', ..._]: readonly string[]) {
  const name = first.replace(/\r$|\\r$/, '').toLowerCase();
  const part = second.toLowerCase();
  if (name === 'eval') return kindOfScript(second);
  if (WRITES.includes(name) || WRITING_PARTS[name]?.includes(part)) return 'writes';
  if (READS.includes(name) || READING_PARTS[name]?.includes(part)) return 'reads';
  return 'unknown';
}

function kindOfScript(script: string): 'reads' | 'writes' | 'unknown' {
  const called = Array.from(
    script.matchAll(/\bp?call\s*\(\s*(?:["'](\w+)["'])?/g),
    ([, name = '']) => name.toLowerCase(),
  );
  if (called.some((each) => WRITES.includes(each))) return 'writes';
  return called.every((each) => READS.includes(each)) ? 'reads' : 'unknown';
}
