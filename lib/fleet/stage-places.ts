/**
 * Where the stacks of a stage file and the resources that it names are: one partition and region
 * for all, and one account but for what AWS takes from others.
 */

import { RegionInfo } from 'aws-cdk-lib/region-info';
import { partitionOf } from '../settings/partitions';
import { type Place, placeOfArn } from '../settings/places';
import { nearest } from '../validation/nearest';
import type { CacheConfig } from './cache-config';
import { type FileProblem, quoted } from './file-problem';
import type { SharedFile } from './shared-file';

/** Of the name of an availability zone: also `us-gov-west-1a`, `eusc-de-east-1b`, local zones. */
const ZONE_REGION = /^([a-z]{2,4}(?:-[a-z]+)+-\d+)(?:[a-z]|-.+)$/;

/** Where a stage says that its stacks are. Without it they are where the credentials are. */
export interface StagePlace {
  /** @default - the account of the credentials */
  readonly account?: string | undefined;
  /** @default - the region of the credentials */
  readonly region?: string | undefined;
}

interface PlacedSetting extends Place {
  readonly path: readonly string[];
}

const PARTS = ['partition', 'region', 'account'] as const;

/** Adds a problem for a region that does not exist. */
export function checkRegion(problems: FileProblem[], region: string | undefined): void {
  const known = RegionInfo.regions.map(({ name }) => name);
  if (region === undefined || known.includes(region)) return;
  const near = nearest(region, known);
  problems.push({
    path: ['region'],
    given: quoted(region),
    allowed: 'a region that AWS has and the installed aws-cdk-lib knows',
    advice: near === undefined ? 'correct it, or update aws-cdk-lib' : `use "${near}"`,
  });
}

/**
 * Adds a problem for each resource that is in another account or region than the stage, or than the
 * first resource that names one.
 */
export function checkStagePlaces(
  problems: FileProblem[],
  stage: StagePlace,
  shared: SharedFile,
  caches: readonly CacheConfig[],
): void {
  const places = placesOf(stage, shared, caches);
  const told = new Set<PlacedSetting>();
  for (const part of PARTS) {
    const [first, ...others] = places.filter((place) => place[part] !== undefined);
    for (const other of others.filter((place) => place[part] !== first?.[part])) {
      // A place of another partition is of another region, too: one line is enough.
      if (told.has(other)) continue;
      told.add(other);
      problems.push({ path: other.path, ...elsewhere(part, other, first) });
    }
  }
}

type Words = Omit<FileProblem, 'path'>;

function elsewhere(
  part: (typeof PARTS)[number],
  other: PlacedSetting,
  first: PlacedSetting | undefined,
): Words {
  const [here, there] = [first?.[part], other[part]];
  const setting = first?.path.join('.') ?? '';
  if (setting === 'region' || setting === 'account') {
    return {
      given: `one in ${there}`,
      allowed: `in the ${part} of the stage, ${here}`,
      advice: `name one of ${here}, or correct \`${setting}\``,
    };
  }
  return {
    given: `${there} beside \`${setting}\` in ${here}`,
    allowed: `in one ${part}, that of the caches`,
    advice: `name one of that ${part}, or leave it out for a new one`,
  };
}

function placesOf(
  { account, region }: StagePlace,
  shared: SharedFile,
  caches: readonly CacheConfig[],
): readonly PlacedSetting[] {
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
    { path: ['region'], region, partition: region && partitionOf(region), account: undefined },
    { path: ['account'], account, region: undefined, partition: undefined },
    { path: ['shared', 'encryptionKey', 'arn'], ...placeOfArn(encryptionKey?.arn ?? '') },
    // SNS takes alarms from other accounts.
    {
      path: ['shared', 'alarmTopic', 'arn'],
      ...placeOfArn(alarmTopic?.arn ?? ''),
      account: undefined,
    },
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
