/** `shared` of a stage file: the network, key and topic that the caches of a stage share. */

import type { AlarmRecipients } from '../monitoring/alarm-recipients';
import type { SharedNetworkFile } from './network-file';

/** Resources that the caches of a stage share: created if empty, otherwise given. */
export interface SharedFile {
  readonly network?: SharedNetworkFile;
  readonly encryptionKey?: { readonly arn?: string };
  readonly alarmTopic?: AlarmRecipients;
}
