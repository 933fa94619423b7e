/** The data that a new cache starts with: an ElastiCache snapshot, or RDB files in S3. */

import { Token } from 'aws-cdk-lib/core';
import { checkKinds, type Kind } from '../validation/kinds';
import type { Problems } from '../validation/setting-error';
import { required, TEXT } from './value-kinds';

/** AWS's automatic snapshots are named `automatic.<group>-<date>`. */
const SNAPSHOT_NAME = /^(?:automatic\.)?[a-z](?:-?[a-z0-9]){0,254}$/i;
const RDB_ARN = /^arn:aws[a-z-]*:s3:::[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\/[^,]+\.rdb$/;

const ARN: Kind = {
  ...TEXT,
  words: 'the ARN of an RDB file',
  advice: (value) => (Array.isArray(value) ? 'Pass each as an argument: s3(...arns).' : ''),
};

export class RestoreSource {
  /** A snapshot of this account and region, by name. */
  static snapshot(name: string): RestoreSource {
    checkKinds('RestoreSource.snapshot', { name }, { name: required(TEXT) });
    return new RestoreSource(name, undefined);
  }

  /**
   * RDB files in S3 by ARN, one or more per shard. ElastiCache needs permission to read them:
   * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-seeding-redis.html
   */
  static s3(...objectArns: string[]): RestoreSource {
    for (const arn of objectArns) checkKinds('RestoreSource.s3', { arn }, { arn: required(ARN) });
    return new RestoreSource(undefined, objectArns);
  }

  private constructor(
    readonly snapshotName: string | undefined,
    readonly objectArns: string[] | undefined,
  ) {}
}

/** Accepts values known only at deploy. */
function isOrMayBe(pattern: RegExp, text: string): boolean {
  return Token.isUnresolved(text) || pattern.test(text);
}

/** Adds a problem for a name or an ARN that AWS would reject late. */
export function checkRestoreSource(problems: Problems, source: RestoreSource): void {
  const { snapshotName, objectArns } = source;
  if (snapshotName !== undefined && !isOrMayBe(SNAPSHOT_NAME, snapshotName)) {
    problems.add(
      'restoreFrom.snapshot',
      snapshotName,
      'the name of a snapshot: letters, digits and single hyphens, a letter first; of a daily ' +
        'one with "automatic." before it',
      'list them with `aws elasticache describe-snapshots`',
    );
  }
  if (objectArns?.length === 0) {
    problems.add('restoreFrom.s3', objectArns, 'one ARN or more', 'name the RDB files');
  }
  for (const arn of objectArns ?? []) {
    if (isOrMayBe(RDB_ARN, arn)) continue;
    problems.add(
      'restoreFrom.s3',
      arn,
      'an ARN like "arn:aws:s3:::bucket/folder/dump.rdb", without a comma',
      'correct it, or rename the file',
    );
  }
}
