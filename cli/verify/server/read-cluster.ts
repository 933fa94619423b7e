/** Reads the nodes of a cluster, and how each answers a connection without a login. */

import { RespError, type RespReply } from '../../../contract/resp';
import { someAtOnce } from '../../../contract/some-at-once';
import { endWords } from '../../server/end-words';
import { openProbe, ProbeEnd, type ServerProbe, type ServerToProbe } from '../../server/probe';
import { type Fact, told, untold } from './fact';
import { targetText } from './reach-file';
import { noLoginAt } from './read-logins';
import type { NodeFinding } from './server-facts';
import { shownReply } from './server-info';

export interface ClusterNode {
  readonly host: string;
  readonly port: number;
}

/** ElastiCache has at most 500 nodes in a cluster. */
const NODES_MAX = 500;
/** So that nodes that do not answer cost one time-out together. */
const AT_ONCE = 50;
/** A name or an address: it is a text of the server. */
const HOST = /^[\w.:-]{1,253}$/;

/** `host` is that of the url, which a node means that announces no host. */
export async function readNodes(
  probe: ServerProbe,
  host: string,
): Promise<Fact<readonly ClusterNode[]>> {
  const reply = await probe.ask('CLUSTER', 'SLOTS');
  if (!Array.isArray(reply)) {
    const why = `CLUSTER SLOTS is answered by ${shownReply(reply)}`;
    return untold(why, 'Verify with a login that may run CLUSTER SLOTS');
  }
  const nodes = (reply as readonly RespReply[]).flatMap((range) =>
    Array.isArray(range) ? range.slice(2).flatMap((node) => nodeOf(node, host)) : [],
  );
  const byTarget = new Map(nodes.map((node) => [targetText(node.host, node.port), node]));
  if (byTarget.size === 0) return untold('CLUSTER SLOTS names no node');
  if (byTarget.size > NODES_MAX) return untold(`CLUSTER SLOTS names more than ${NODES_MAX} nodes`);
  return told(Array.from(byTarget.values()));
}

function nodeOf(node: RespReply, host: string): readonly ClusterNode[] {
  if (!Array.isArray(node)) return [];
  const [announced, port] = node as readonly RespReply[];
  const isNamed = typeof announced === 'string' && announced !== '';
  if (typeof port !== 'number' || port < 1 || port > 65_535) return [];
  if (!isNamed) return announced instanceof RespError ? [] : [{ host, port }];
  return HOST.test(announced) ? [{ host: announced, port }] : [];
}

/** Sends no login. */
export function readNoLogins(
  nodes: readonly ClusterNode[],
  at: (node: ClusterNode) => ServerToProbe,
): Promise<readonly NodeFinding[]> {
  return someAtOnce(nodes, AT_ONCE, (node) => findingOf(node, at(node)));
}

async function findingOf({ host, port }: ClusterNode, at: ServerToProbe): Promise<NodeFinding> {
  const node = targetText(host, port);
  const probe = await openProbe(at);
  if (probe instanceof ProbeEnd) return { node, noLogin: untold(endWords(probe)) };
  const noLogin = await noLoginAt(probe);
  probe.close();
  return { node, noLogin: noLogin instanceof ProbeEnd ? untold(endWords(noLogin)) : noLogin };
}
