/**
 * Checks that the stacks of a stage file and its named resources are in one partition, region and
 * account, except where AWS accepts other accounts.
 */

import { RegionInfo } from 'aws-cdk-lib/region-info';
import { nearest } from '../../contract/nearest';
import { partitionOf } from '../settings/partitions';
import { type Place, placeOfArn } from '../settings/places';
import type { CacheConfig } from './cache-config';
import { type FileProblem, quoted } from './file-problem';
import type { SharedFile } from './shared-file';

/** Extracts the region of a zone, such as `us-gov-west-1a`, `eusc-de-east-1b` or a local zone. */
const ZONE_REGION = /^([a-z]{2,4}(?:-[a-z]+)+-\d+)(?:[a-z]|-.+)$/;

/** Account and region of the stage's stacks; by default those of the credentials. */
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
 * Adds a problem per resource in another partition, region or account than the stage, or than the
 * first resource that names them.
 */
export function checkStagePlaces(
  problems: FileProblem[],
  stage: StagePlace,
  shared: SharedFile,
  caches: readonly CacheConfig[],
): void {
  const places = placesOf(stage, shared, caches);
  const reported = new Set<PlacedSetting>();
  for (const part of PARTS) {
    const [first, ...others] = places.filter((place) => place[part] !== undefined);
    for (const other of others.filter((place) => place[part] !== first?.[part])) {
      // Another partition implies another region: one line is enough.
      if (reported.has(other)) continue;
      reported.add(other);
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
    // SNS accepts alarms from other accounts.
    {
      path: ['shared', 'alarmTopic', 'arn'],
      ...placeOfArn(alarmTopic?.arn ?? ''),
      account: undefined,
    },
    ...zones,
    ...files,
  ].flatMap(withOwnPartition);
}

/**
 * Partition and region of an ARN may contradict each other, so the region's partition counts, too.
 */
function withOwnPartition(place: PlacedSetting): readonly PlacedSetting[] {
  const { region, partition } = place;
  const ofRegion = region && partitionOf(region);
  if (ofRegion === undefined || ofRegion === partition) return [place];
  return [{ ...place, partition: ofRegion }, place];
}
