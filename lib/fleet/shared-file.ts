/** `shared` of a stage file: the network, key and topic that the caches of a stage share. */

import type { AlarmRecipients } from '../monitoring/alarm-recipients';
import type { SharedNetworkFile } from './network-file';

/** What the caches of a stage share: made where it is empty, else given. */
export interface SharedFile {
  readonly network?: SharedNetworkFile;
  readonly encryptionKey?: { readonly arn?: string };
  readonly alarmTopic?: AlarmRecipients;
}
