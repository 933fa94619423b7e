/** The rule that AWS takes the replication group, by the table of what ElastiCache takes. */

import { nodeTypeOf } from '../settings/elasticache/node-types';
import { refusalsOf } from '../settings/elasticache/refusals';
import type { ReplicationGroupSubject } from './group-subject';
import type { RenderedApp } from './rendered-app';
import { type Finding, type Rule, shown } from './rule';

/** What no other rule says of these properties, together with the parameters. */
const TAKEN_TOGETHER: readonly string[] = [
  'Engine',
  'EngineVersion',
  'CacheNodeType',
  'DataTieringEnabled',
  'Durability',
];

export const DEPLOYABLE_RULE: Rule<ReplicationGroupSubject> = {
  id: 'cache-deployable',
  properties: TAKEN_TOGETHER,
  protects: 'the replication group',
  why: 'AWS refuses it, but only during the deploy',
  allowed: 'as AWS takes it (docs/elasticache.md)',
  fix: 'Set the props `engine`, `nodeType`, `topology` and `durability`.',
  judge: refusedByAws,
};

function refusedByAws(subject: ReplicationGroupSubject, app: RenderedApp): readonly Finding[] {
  const resource = app.find(subject.group);
  if (resource === undefined) return [];
  const group = resource.properties;
  const parameterGroup = app.find(subject.parameterGroup)?.properties ?? {};
  // A cache that runs on a node type of which AWS makes no new clusters may go on: a note says so.
  const isClosed = nodeTypeOf(group.CacheNodeType)?.row?.status === 'closed';
  return refusalsOf({ group, parameterGroup })
    .filter(({ property }) => TAKEN_TOGETHER.includes(property))
    .filter(({ property }) => !(isClosed && property === 'CacheNodeType'))
    .map(({ property, message }) => {
      const given = `${shown(group[property])}: ${message.replace(/\.$/, '')}`;
      return { resource, part: property, given };
    });
}
