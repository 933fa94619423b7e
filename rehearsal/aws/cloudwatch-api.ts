/**
 * CloudWatch API over the alarms in ALARM state: DescribeAlarms only.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
 */

import { AwsError } from './secrets-manager-store';

/** An alarm in ALARM state. */
export interface FiringAlarm {
  readonly name: string;
  readonly description: string;
}

interface Input {
  readonly AlarmNamePrefix?: string;
  readonly StateValue?: string;
}

/** The answer's body. @throws AwsError as AWS does. */
export function answerCloudWatch(
  firing: readonly FiringAlarm[],
  action: string,
  body: string,
): string {
  if (action !== 'DescribeAlarms') {
    throw new AwsError('UnknownOperationException', `${action} is not part of the rehearsal`);
  }
  const { AlarmNamePrefix: prefix = '', StateValue: state } = JSON.parse(body) as Input;
  if (state === undefined) {
    throw new AwsError('InvalidParameterValue', 'alarms in other states are not modelled');
  }
  const found = state === 'ALARM' ? firing.filter(({ name }) => name.startsWith(prefix)) : [];
  const alarms = found.map(({ name, description }) => ({
    AlarmName: name,
    AlarmDescription: description,
    StateValue: 'ALARM',
  }));
  return JSON.stringify({ MetricAlarms: alarms, CompositeAlarms: [] });
}
