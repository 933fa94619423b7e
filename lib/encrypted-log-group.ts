/** A log group as each of ours is: encrypted with the cache's key, and kept for a year. */

import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { RemovalPolicy } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';

export class EncryptedLogGroup extends LogGroup {
  constructor(scope: Construct, id: string, encryptionKey: IKey) {
    super(scope, id, {
      encryptionKey,
      retention: RetentionDays.ONE_YEAR,
      // Why: what a stack did is asked for after it is gone.
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }
}
