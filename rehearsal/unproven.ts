/** Limits of a rehearsal: what it cannot prove, because it runs on one machine without AWS. */

import type { ServerRun } from '../cli/server/redis-binary';
import type { Blueprint } from './aws/blueprint';
import { nodeFor, unprovenOfNode } from './aws/lambda-node';

const WITHOUT_AWS = [
  "AWS itself: a model that follows AWS's documents stands in for it, and no stack was deployed",
  'IAM: no role, policy or condition was evaluated; proxies that verify tokens stand in for logins',
  'security groups, subnets, routes and endpoints: everything ran on one machine',
  'KMS: nothing was encrypted at rest',
  "ElastiCache's own AUTH, TLS and failover: users of the server stand in for its two passwords",
];

/** One line per limit, including versions that differ from the deployed ones. */
export function unprovenBy({ rotation }: Blueprint, server: ServerRun): readonly string[] {
  return [
    ...WITHOUT_AWS,
    ...(server.unproven ? [`the engine: ${server.unproven}`] : []),
    ...unprovenOfNode(rotation.runtime, nodeFor(rotation.runtime)).map((each) => `Lambda: ${each}`),
  ];
}
