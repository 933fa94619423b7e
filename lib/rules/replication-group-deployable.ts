/** The rule that AWS accepts the replication group, by the ElastiCache tables. */

import { nodeTypeOf } from '../settings/elasticache/node-types';
import { refusalsOf } from '../settings/elasticache/refusals';
import type { RenderedApp } from './rendered-app';
import type { Properties } from './rendered-stack';
import type { ReplicationGroupSubject } from './replication-group-subject';
import { clipped, type Finding, type Rule } from './rule';

/** Properties that the parameter group's own rule checks. */
const OF_PARAMETERS = /^(CacheParameterGroupFamily|[a-z].*)$/;

export const DEPLOYABLE_RULE: Rule<ReplicationGroupSubject> = {
  id: 'cache-deployable',
  properties: [
    'Engine',
    'EngineVersion',
    'CacheNodeType',
    'NumCacheClusters',
    'NumNodeGroups',
    'ReplicasPerNodeGroup',
    'ClusterMode',
    'DataTieringEnabled',
    'Durability',
    'SnapshotWindow',
    'PreferredMaintenanceWindow',
    'every other property',
  ],
  protects: 'the replication group',
  why: 'AWS would reject it, but only during the deploy',
  allowed: 'as AWS takes it (docs/elasticache.md)',
  fix: 'Set the props `engine`, `nodeType`, `topology` and `durability`.',
  isReportedLast: true,
  judge: refusedByAws,
};

function refusedByAws(subject: ReplicationGroupSubject, app: RenderedApp): readonly Finding[] {
  const [parameters] = app.branches(subject.parameterGroup);
  const parameterGroup = parameters?.properties ?? {};
  return app.branches(subject.group).flatMap((resource) => {
    const group = resource.properties;
    // An existing cache may stay on a node type without new clusters: synth prints a note.
    const isClosed = nodeTypeOf(group.CacheNodeType)?.row?.status === 'closed';
    return refusalsOf({ group, parameterGroup })
      .filter(({ code, property }) => code !== 'InvalidParameterValue' || !isOfParameters(property))
      .filter(({ property }) => !(isClosed && property === 'CacheNodeType'))
      .map(({ property, message }) => {
        const all = parameterGroup.Properties as Properties | undefined;
        const given = isOfParameters(property) ? all?.[property] : group[property];
        return {
          resource,
          part: property,
          given: `${clipped(given)}: ${message.replace(/\.$/, '')}`,
        };
      });
  });
}

/** The parameter group's rule reports these. */
const isOfParameters = (property: string) => OF_PARAMETERS.test(property);
