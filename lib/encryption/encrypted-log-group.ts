/** A log group encrypted with the cache's key, retained one year. */

import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { RemovalPolicy } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { letLogsEncrypt } from './encryption-key';

export interface EncryptedLogGroupProps {
  readonly key: IKey;
  /** @default RetentionDays.ONE_YEAR */
  readonly retention?: RetentionDays;
  /** @default RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE */
  readonly removalPolicy?: RemovalPolicy;
}

export class EncryptedLogGroup extends LogGroup {
  constructor(scope: Construct, id: string, props: EncryptedLogGroupProps) {
    super(scope, id, {
      encryptionKey: props.key,
      retention: props.retention ?? RetentionDays.ONE_YEAR,
      // Logs of a deleted stack are still needed for investigations.
      removalPolicy: props.removalPolicy ?? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    letLogsEncrypt(this, props.key);
  }
}
