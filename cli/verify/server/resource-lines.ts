/** Lines of `verify` about memory, persistence, connections and the version. Pure. */

import type { Purpose } from '../../../lib/settings/purpose';
import { endOfSupport } from '../../server/end-of-life';
import { failed, notTold, passed, type VerifyLine } from '../line';
import { lineOf } from './login-lines';
import type { ServerFacts } from './server-facts';

/** Of the maximum, above which a burst of new clients can be refused. */
const OPEN_SHARE_MAX = 0.8;

const MIB = 1024 * 1024;

export interface ResourceOptions {
  /** The use of the server, which decides what may be evicted or lost. */
  readonly purpose?: Purpose;
  readonly today: Date;
}

const ASK_PURPOSE = 'Name the use of the server with --purpose';

export function resourceLines(
  { session }: ServerFacts,
  { purpose, today }: ResourceOptions,
): readonly VerifyLine[] {
  return [
    memoryLine(session),
    evictionLine(session, purpose),
    persistenceLine(session, purpose),
    connectionsLine(session),
    versionLine(session, today),
  ];
}

type Session = ServerFacts['session'];

function memoryLine({ maxMemoryBytes }: Session): VerifyLine {
  const [id, claim] = ['memory-limit', 'the memory of the data is limited'];
  return lineOf(id, claim, maxMemoryBytes, (bytes) =>
    bytes > 0
      ? passed(id, claim, `maxmemory is ${Math.floor(bytes / MIB)} MiB`)
      : failed(
          id,
          claim,
          'maxmemory is 0, so that the system ends the server when its memory is full',
          'Set `maxmemory`, below the memory limit of the container or machine',
        ),
  );
}

function evictionLine({ evictionPolicy }: Session, purpose: Purpose | undefined): VerifyLine {
  const [id, claim] = ['eviction-policy', 'the eviction policy is one of the purpose'];
  return lineOf(id, claim, evictionPolicy, (policy) => {
    const evidence = `maxmemory-policy is ${policy}`;
    if (purpose === undefined) return notTold(id, claim, evidence, ASK_PURPOSE);
    const { accepts, allowed, why } = purpose.evictions;
    const wanted = purpose.parameters['maxmemory-policy'];
    return accepts(policy)
      ? passed(id, claim, `${evidence}, for ${purpose.id}`)
      : failed(
          id,
          claim,
          `${evidence}; for ${purpose.id} it must be ${allowed}: ${why}`,
          `Set \`maxmemory-policy ${wanted}\``,
        );
  });
}

function persistenceLine(session: Session, purpose: Purpose | undefined): VerifyLine {
  const { isAppendOnly, savesSnapshots } = session;
  const [id, claim] = ['persistence', 'data that must survive a restart is on a disk'];
  if (isAppendOnly.isKnown && isAppendOnly.value) return passed(id, claim, 'appendonly is yes');
  if (savesSnapshots.isKnown && savesSnapshots.value) {
    return passed(id, claim, 'snapshots are saved; appendonly is no');
  }
  if (purpose?.id === 'cache') return passed(id, claim, 'a cache can be rebuilt');
  const both = isAppendOnly.isKnown ? savesSnapshots : isAppendOnly;
  return lineOf(id, claim, both, () => {
    const evidence = 'appendonly is no, and no snapshots are saved';
    if (purpose === undefined) return notTold(id, claim, evidence, ASK_PURPOSE);
    return failed(id, claim, `${evidence}, for ${purpose.id}`, 'Set `appendonly yes`');
  });
}

function connectionsLine({ connections }: Session): VerifyLine {
  const [id, claim] = ['connection-limit', 'connections are limited, and not almost used up'];
  return lineOf(id, claim, connections, ({ open, max }) => {
    const evidence = `${open} open, maxclients is ${max}`;
    if (max > 0 && open <= max * OPEN_SHARE_MAX) return passed(id, claim, evidence);
    const fix =
      'Find the client that opens connections and does not close them, or set `maxclients`';
    return failed(id, claim, evidence, fix);
  });
}

function versionLine({ engine }: Session, today: Date): VerifyLine {
  const [id, claim] = ['version-supported', 'the version gets security updates'];
  return lineOf(id, claim, engine, ({ name, version }) => {
    const end = endOfSupport(name, version, today);
    const said = `${name === 'valkey' ? 'Valkey' : 'Redis'} ${version}`;
    if (end === undefined) return notTold(id, claim, `${said} is not in the table of this package`);
    const until = end.date === undefined ? 'no end is known' : `until ${end.date}`;
    if (!end.isOver) return passed(id, claim, `${said}, ${until}`);
    const ended = end.date === undefined ? 'security updates have ended' : `ended on ${end.date}`;
    return failed(id, claim, `${said}: ${ended}`, 'Upgrade to a supported release');
  });
}
