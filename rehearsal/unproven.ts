/** What a rehearsal cannot prove, whatever it passes: it runs on this machine alone. */

import type { Blueprint } from './aws/blueprint';
import { nodeFor, unprovenOfNode } from './aws/lambda-node';
import type { ServerRun } from './redis/redis-binary';

const WITHOUT_AWS = [
  "AWS itself: what answers for it here follows AWS's documents, and no stack was deployed",
  'IAM: no role, policy or condition was evaluated',
  'security groups, subnets, routes and endpoints: everything ran on one machine',
  'KMS: nothing was encrypted at rest',
  "ElastiCache's own AUTH, TLS and failover: users of the server stand for its two passwords",
];

/** One line for each thing, with what differs between the deployed versions and those that ran. */
export function unprovenBy({ rotation }: Blueprint, server: ServerRun): readonly string[] {
  return [
    ...WITHOUT_AWS,
    ...(server.unproven ? [`the engine: ${server.unproven}`] : []),
    ...unprovenOfNode(rotation.runtime, nodeFor(rotation.runtime)).map((each) => `Lambda: ${each}`),
  ];
}
