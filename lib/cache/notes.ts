/**
 * Notes of synth on allowed settings: an unused recommended setting, or a feature that AWS does not
 * document for the chosen engine.
 */

import { Annotations } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { lacksOf } from '../settings/durability';
import { RENAME_PROVEN_FAMILIES } from '../settings/elasticache/commands';
import { nodeTypeOf } from '../settings/elasticache/node-types';
import { TABLE_DATE } from '../settings/elasticache/sources';
import { Purpose } from '../settings/purpose';
import type { CacheSettings } from './cache-settings';

/** Adds the notes to the construct of a cache. */
export function addNotes(scope: Construct, settings: CacheSettings): void {
  const annotations = Annotations.of(scope);
  const { blockedCommands, engine, purpose, durability, nodeType, topology } = settings;
  const { id, parameterFamily: family } = engine;
  if (blockedCommands.length > 0 && !RENAME_PROVEN_FAMILIES.includes(family)) {
    annotations.addWarningV2(
      'secure-redis:blocked-commands-unproven',
      `\`blockedCommands\` with ${id}: no source proves that AWS takes \`rename-commands\` in ` +
        `the family ${family}. If it does not, the deploy fails. After the deploy and after each ` +
        `engine upgrade, check that the cache refuses ${blockedCommands.join(', ')} ` +
        '(docs/elasticache.md, Blocked commands)',
    );
  }
  if (purpose === Purpose.QUEUE && durability === undefined && lacksOf(settings).length === 0) {
    annotations.addInfoV2(
      'secure-redis:durability-recommended',
      'this queue can keep its jobs through the loss of a primary: set `durability` to "sync", ' +
        'which costs milliseconds per write, or to "async" (docs/elasticache.md, Durability)',
    );
  }
  if (topology.isSharded && topology.replicas === 0) {
    annotations.addInfoV2(
      'secure-redis:shards-without-replica',
      'the shards have no replica: a later update of the cache may fail with "Replication group ' +
        'must have at least one read replica to enable autofailover" (cloudformation-coverage-' +
        'roadmap#1275), also the one that adds the first replica. Start with a replica, or with ' +
        'one shard',
    );
  }
  const row = nodeTypeOf(nodeType)?.row;
  if (row === undefined) {
    annotations.addWarningV2(
      'secure-redis:node-type-unknown',
      `\`nodeType\` ${nodeType} is of a newer generation than the table of ${TABLE_DATE} knows: ` +
        'whether AWS offers it, and with which engine, is decided at the deploy',
    );
  } else if (row.status === 'closed') {
    annotations.addWarningV2(
      'secure-redis:node-type-closed',
      `\`nodeType\` ${nodeType}: AWS makes no new clusters of ${row.family}. A cache on it ` +
        'stays; for a new one choose a current family, for example t4g',
    );
  }
}
