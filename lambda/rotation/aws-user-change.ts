/** Changes a user or its user group in ElastiCache: one call, and how AWS has answered it. */

import { withDeadline } from '../../contract/deadline';
import type { ChangeAnswer } from './access-ports';
import { type AwsCallError, type CallOptions, failedCall } from './aws-call';

/** AWS's errors while the user or its group is being changed. */
const BUSY = ['InvalidUserState', 'InvalidUserGroupState'];

/** Each call ends within `callMsMax` milliseconds. @throws RotationError `AwsCallFailed` */
export function userChangeWithin(callMsMax: number) {
  return async (
    operation: string,
    send: (options: CallOptions) => Promise<unknown>,
  ): Promise<ChangeAnswer> => {
    try {
      await withDeadline(callMsMax, (abortSignal) => send({ abortSignal }));
      return 'asked';
    } catch (error) {
      const { name, message } = error as AwsCallError;
      if (BUSY.some((each) => name.startsWith(each))) return 'busy';
      // The user or the group already has the requested state.
      if (message.startsWith('No modifications were requested')) return 'asked';
      throw failedCall(operation, error as AwsCallError);
    }
  };
}
