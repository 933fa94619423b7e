/** Decides by INFO, where no command could be tried: a user may be without MULTI or the key. */

import type { ConnectionFacts } from './connection-facts';
import { type FailureFound, judged } from './failure-found';

export function judgeState(
  { talk }: ConnectionFacts,
  readsOnly: boolean,
): FailureFound | undefined {
  const { info, trial } = talk;
  const of = (name: string) => info.get(name) ?? '';
  if (of('loading') === '1') return judged('loading', 'INFO says loading:1');
  if (of('cluster_state') === 'fail') {
    const slots = `${of('cluster_slots_ok') || 0} of 16384 slots are served`;
    return judged('cluster-down', 'CLUSTER INFO says cluster_state:fail', slots);
  }
  const isQueued = trial !== undefined && !trial.reply.isError;
  if (readsOnly || isQueued) return undefined;
  if (of('role') === 'slave') return judged('read-only-replica', 'INFO says role:slave');
  return judgeWrites(of);
}

function judgeWrites(of: (name: string) => string): FailureFound | undefined {
  const [used, max] = [Number(of('used_memory')), Number(of('maxmemory'))];
  if (max > 0 && used > max && of('maxmemory_policy') === 'noeviction') {
    return judged('out-of-memory', `INFO says ${used} of ${max} bytes are used, with noeviction`);
  }
  for (const name of ['rdb_last_bgsave_status', 'aof_last_write_status']) {
    if (of(name) === 'err') return judged('persistence-failed', `INFO says ${name}:err`);
  }
  return undefined;
}
