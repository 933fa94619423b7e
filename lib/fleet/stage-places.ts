/** Where the given resources of a stage file are: one partition and region for all. */

import { partitionOf } from '../settings/partitions';
import { type Place, placeOfArn } from '../settings/places';
import type { CacheConfig } from './cache-config';
import type { FileProblem } from './file-problem';
import type { SharedFile } from './stage-config';

/** Of the name of an availability zone: also `us-gov-west-1a`, `eusc-de-east-1b`, local zones. */
const ZONE_REGION = /^([a-z]{2,4}(?:-[a-z]+)+-\d+)(?:[a-z]|-.+)$/;

interface PlacedSetting extends Place {
  readonly path: readonly string[];
}

/** Not the account: SNS takes alarms from other accounts, and nothing else here names one. */
const PARTS = ['partition', 'region'] as const;

/** Adds a problem for each resource that is elsewhere than the first that tells. */
export function checkStagePlaces(
  problems: FileProblem[],
  shared: SharedFile,
  caches: readonly CacheConfig[],
): void {
  const places = placesOf(shared, caches);
  const told = new Set<PlacedSetting>();
  for (const part of PARTS) {
    const [first, ...others] = places.filter((place) => place[part] !== undefined);
    for (const other of others.filter((place) => place[part] !== first?.[part])) {
      // A place of another partition is of another region, too: one line is enough.
      if (told.has(other)) continue;
      told.add(other);
      problems.push({
        path: other.path,
        given: `${other[part]} beside \`${first?.path.join('.')}\` in ${first?.[part]}`,
        allowed: `in one ${part}, that of the caches`,
        advice: `name one of that ${part}, or leave it out for a new one`,
      });
    }
  }
}

function placesOf(shared: SharedFile, caches: readonly CacheConfig[]): readonly PlacedSetting[] {
  const { encryptionKey, alarmTopic, network } = shared;
  const zones = (network?.availabilityZones ?? []).map((zone, index) => {
    const region = ZONE_REGION.exec(zone)?.[1];
    return {
      path: ['shared', 'network', 'availabilityZones', String(index)],
      region,
      partition: region && partitionOf(region),
      account: undefined,
    };
  });
  const files = caches.flatMap(({ name, props }) =>
    (props.restoreFrom?.objectArns ?? []).map((arn) => ({
      path: ['caches', name, 'restoreFrom', 's3'],
      ...placeOfArn(arn),
    })),
  );
  return [
    { path: ['shared', 'encryptionKey', 'arn'], ...placeOfArn(encryptionKey?.arn ?? '') },
    { path: ['shared', 'alarmTopic', 'arn'], ...placeOfArn(alarmTopic?.arn ?? '') },
    ...zones,
    ...files,
  ].flatMap(withOwnPartition);
}

/** An ARN names partition and region, which may contradict each other: the region counts, too. */
function withOwnPartition(place: PlacedSetting): readonly PlacedSetting[] {
  const { region, partition } = place;
  const ofRegion = region && partitionOf(region);
  if (ofRegion === undefined || ofRegion === partition) return [place];
  return [{ ...place, partition: ofRegion }, place];
}
