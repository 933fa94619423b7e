/**
 * Checks of a running cache: what it must accept and refuse.
 *
 * Each check queries the real servers, never the state of the rehearsal.
 */

import { networkInterfaces } from 'node:os';
import { makeCertificates } from '../../cli/server/certificates';
import { Password } from '../../contract/password';
import type { DeployedSecret } from '../aws/deployed-secret';
import type { Deployment } from '../aws/deployment';
import { clientOf } from '../redis/client';
import { failureOf } from '../redis/failure-word';
import { logIn, overPlaintext, overTls, type ProbeTarget, type Seen } from '../redis/probe';
import { faultOf, SLOTS } from '../redis/redis-cluster';
import { OTHER_VALUES, RENAME_COMMANDS } from '../redis/redis-parameters';

export interface CheckResult {
  readonly id: string;
  readonly claim: string;
  readonly pass: boolean;
  /** What was seen. Never secret. */
  readonly detail: string;
  /**
   * Whether the check tests the rehearsal's own servers, which stand in for ElastiCache, and not
   * the template or the function.
   *
   * @default false
   */
  readonly ofRehearsal?: boolean;
}

interface Check {
  readonly id: string;
  readonly claim: string;
  /** The result that every node must give. */
  readonly expected: Seen;
  readonly ofRehearsal: boolean;
  see(deployment: Deployment, node: ProbeTarget, login: DeployedSecret): Promise<Seen>;
}

const PING = ['PING'];

const NODE_CHECKS: readonly Check[] = [
  {
    id: 'no-password',
    claim: 'unauthenticated commands are refused',
    expected: 'NOAUTH',
    ofRehearsal: true,
    see: ({ certificates }, node) => overTls(node, { ca: certificates.caPem }, [PING]),
  },
  {
    id: 'wrong-password',
    claim: 'a wrong password is refused',
    expected: 'WRONGPASS',
    ofRehearsal: true,
    see: ({ certificates }, node) =>
      logIn(node, certificates.caPem, 'default', Password.of('not-the-password-0')),
  },
  {
    id: 'right-password',
    claim: 'the password in the secret is accepted',
    expected: 'PONG',
    ofRehearsal: false,
    see: ({ certificates }, node, login) => {
      const { username, password } = login.credentials();
      return logIn(node, certificates.caPem, username, password);
    },
  },
  {
    id: 'plaintext',
    claim: 'a connection without TLS is refused',
    expected: 'connection closed',
    ofRehearsal: true,
    see: async (_, node) => closed(await overPlaintext(node)),
  },
  {
    id: 'foreign-certificate',
    claim: 'clients reject a certificate of another authority',
    expected: 'not trusted',
    ofRehearsal: true,
    see: async (_, node) => {
      const { caPem } = await makeCertificates();
      return untrusted(await overTls(node, { ca: caPem }, [PING]));
    },
  },
  {
    id: 'foreign-name',
    claim: 'clients reject a certificate of another host',
    expected: 'ERR_TLS_CERT_ALTNAME_INVALID',
    ofRehearsal: true,
    see: ({ certificates }, node) =>
      overTls(node, { ca: certificates.caPem, servername: 'elsewhere.example' }, [PING]),
  },
  {
    id: 'old-tls',
    claim: 'TLS 1.1 is refused',
    expected: 'refused',
    ofRehearsal: true,
    see: async ({ certificates }, node) => {
      const old = { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1' } as const;
      const seen = await overTls(node, { ca: certificates.caPem, ...old }, [PING]);
      return seen === 'NOAUTH' ? seen : 'refused';
    },
  },
  {
    id: 'admin-commands',
    claim: 'applications cannot run administrative commands',
    expected: 'NOPERM',
    ofRehearsal: true,
    see: ({ certificates }, node, login) => {
      const { username, password } = login.credentials();
      const config = ['CONFIG', 'GET', 'maxmemory'];
      return logIn(node, certificates.caPem, username, password, config);
    },
  },
];

/** A server may reset the connection or close it: both are a refusal. */
function closed(seen: Seen): Seen {
  return seen === 'ECONNRESET' || seen === 'EPIPE' ? 'connection closed' : seen;
}

/** OpenSSL's error codes for an untrusted certificate depend on the chain. */
const UNTRUSTED = [
  'CERT_SIGNATURE_FAILURE',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
];

function untrusted(seen: Seen): Seen {
  return UNTRUSTED.includes(seen) ? 'not trusted' : seen;
}

/** Every check of every node, as one of its users. */
export async function checkNodes(
  deployment: Deployment,
  login: DeployedSecret = deployment.login('default'),
): Promise<readonly CheckResult[]> {
  const results: CheckResult[] = [];
  for (const { see, expected, ...check } of NODE_CHECKS) {
    const seen = await Promise.all(deployment.nodes.map((node) => see(deployment, node, login)));
    const pass = seen.length > 0 && seen.every((each) => each === expected);
    results.push({ ...check, pass, detail: `${seen.length} nodes: ${unique(seen)}` });
  }
  return results;
}

/** No address of this machine but loopback reaches a node. */
export async function checkLoopback({ nodes }: Deployment): Promise<CheckResult> {
  const outside = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, family }) => !internal && family === 'IPv4')
    .map(({ address }) => address);
  const ports = nodes.flatMap(({ port, busPort }) => (busPort ? [port, busPort] : [port]));
  const targets = ports.flatMap((port) => outside.map((host) => ({ host, port })));
  const seen = await Promise.all(targets.map(overPlaintext));
  const binds = await Promise.all(nodes.map((node) => node.setting('bind')));
  return {
    id: 'loopback',
    claim: 'only this machine can reach the nodes',
    ofRehearsal: true,
    pass:
      seen.every((each) => each === 'ECONNREFUSED') &&
      binds.every((bind) => bind === '127.0.0.1 -::1'),
    detail: `bound to ${unique(binds)}; ${targets.length} other addresses: ${unique(seen)}`,
  };
}

/**
 * Each server reports the parameters of the template as set. The detail lists parameters that the
 * server does not know because only ElastiCache has them.
 */
export async function checkNodeParameters({
  nodes,
  blueprint,
}: Pick<Deployment, 'nodes' | 'blueprint'>): Promise<CheckResult> {
  const { [RENAME_COMMANDS]: _, ...parameters } = blueprint.parameters;
  const wanted = Object.entries(parameters);
  const unknown = new Set<string>();
  const inForce = new Set<string>();
  const differing: string[] = [];
  for (const node of nodes) {
    for (const [name, value] of wanted) {
      const found = await node.setting(name);
      if (found === undefined || OTHER_VALUES.includes(name)) unknown.add(name);
      else if (isSame(name, found, value)) inForce.add(name);
      else differing.push(`${node.id} ${name}`);
    }
  }
  return {
    id: 'parameters',
    claim: 'the parameters of the template are in force',
    pass: inForce.size > 0 && differing.length === 0,
    detail:
      `${inForce.size} of ${wanted.length} parameters on ${nodes.length} nodes; differing: ` +
      `${unique(differing)}; not known to this server: ${unique(Array.from(unknown))}`,
  };
}

/** Servers return flags in another order. */
function isSame(name: string, found: string, wanted: string): boolean {
  const inOrder = (flags: string) => Array.from(flags).sort().join('');
  return name === 'notify-keyspace-events' ? inOrder(found) === inOrder(wanted) : found === wanted;
}

/** Every server of a sharded cache reports all slots, primaries and replicas. */
export async function checkShards({ nodes, blueprint }: Deployment): Promise<CheckResult> {
  const { shards, replicas } = blueprint.topology;
  const seen = await Promise.all(nodes.map((node) => faultOf(node, { shards, replicas })));
  const faults = nodes.flatMap(({ id }, index) => (seen[index] ? [`${id} ${seen[index]}`] : []));
  return {
    id: 'all-shards',
    claim: 'every slot has a primary, and every primary its replicas',
    ofRehearsal: true,
    pass: nodes.length > 0 && faults.length === 0,
    detail:
      `${SLOTS} slots on ${shards} shards with ${replicas} replicas each, as ${nodes.length} ` +
      `nodes see it; otherwise: ${unique(faults)}`,
  };
}

/** An application's own client library connects with the URL from the secret, as it is. */
export async function checkUrls(deployment: Deployment): Promise<CheckResult> {
  const { url, readerUrl } = JSON.parse(deployment.secretString());
  const { certificates, blueprint } = deployment;
  const seen: string[] = [];
  for (const [name, each] of Object.entries({ url, readerUrl })) {
    const client = clientOf(each, certificates.caPem, blueprint.topology.isSharded);
    // The command's own error is reported; without a listener ioredis prints it too.
    client.on('error', () => undefined);
    try {
      const done = name === 'url' ? await client.set('rehearsal:url', '1') : await client.ping();
      seen.push(`${name} ${done}`);
    } catch (error) {
      seen.push(`${name} ${failureOf(error)}`);
    }
    client.disconnect();
  }
  return {
    id: 'url',
    claim: 'an application connects with the URL from the secret as it is',
    pass: seen.join() === 'url OK,readerUrl PONG',
    detail: seen.join(', '),
  };
}

/** A password on every node: accepted or refused, as expected. */
export async function checkPassword(
  deployment: Deployment,
  password: Password,
  { id, claim, expected }: { id: string; claim: string; expected: 'PONG' | 'WRONGPASS' },
): Promise<CheckResult> {
  const { nodes, certificates } = deployment;
  const seen = await Promise.all(
    nodes.map((node) => logIn(node, certificates.caPem, 'default', password)),
  );
  const pass = seen.length > 0 && seen.every((each) => each === expected);
  return { id, claim, pass, detail: `${seen.length} nodes: ${unique(seen)}` };
}

export function unique(seen: readonly (string | undefined)[]): string {
  return Array.from(new Set(seen)).join(', ') || 'none';
}
