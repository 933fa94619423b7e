/**
 * The alarms on CloudTrail events: a failed rotation, a disabled key, and a key or secret scheduled
 * for deletion, which would make the cache unusable later.
 *
 * They never fire without a trail in the account; the other alarms need no trail.
 */

import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { ALARM_KINDS, type AlarmKind } from './alarms';
import type { AlarmsOff } from './alarms-off';
import { EventAlarm, type EventAlarmProps } from './event-alarm';

export interface FailureEventsProps {
  /** Event patterns for the ARNs of the secrets that rotate. */
  readonly rotated: readonly unknown[];
  /**
   * Event patterns for the ARNs of all secrets: CloudFormation also reads those that never change,
   * in each update of the cache.
   */
  readonly secrets: readonly unknown[];
  readonly keyArn: string;
  readonly off: AlarmsOff;
  readonly topic: ITopic;
}

type Event = Omit<EventAlarmProps, 'topic'> & { readonly id: string; readonly kind: AlarmKind };

const CALL = 'AWS API Call via CloudTrail';
/** Matches only successful calls: rejected calls have an error code. */
const SUCCEEDED = { errorCode: [{ exists: false }] };

/** Creates the alarms that are not turned off. */
export function failureEvents(scope: Construct, props: FailureEventsProps): readonly string[] {
  const { off, topic } = props;
  return [rotationFailed(props), keyAtRisk(props), secretAtRisk(props)]
    .filter(({ kind }) => !off.has(kind))
    .map(({ id, kind: _, ...event }) => new EventAlarm(scope, id, { ...event, topic }).alarmArn);
}

/** https://docs.aws.amazon.com/secretsmanager/latest/userguide/monitoring-eventbridge.html */
function rotationFailed({ rotated }: FailureEventsProps): Event {
  return {
    id: 'FailureEvents',
    kind: 'rotationFailed',
    description: 'Secure Redis: Secrets Manager reports a failed rotation',
    eventPattern: {
      source: ['aws.secretsmanager'],
      'detail-type': ['AWS Service Event via CloudTrail'],
      detail: {
        eventName: ALARM_KINDS.rotationFailed.events,
        additionalEventData: { SecretId: rotated },
      },
    },
    ...ALARM_KINDS.rotationFailed,
  };
}

/**
 * Matches the ARN in `resources`, since the caller may use the key's id or ARN.
 * https://docs.aws.amazon.com/kms/latest/developerguide/ct-schedule-key-deletion.html
 */
function keyAtRisk({ keyArn }: FailureEventsProps): Event {
  return {
    id: 'KeyEvents',
    kind: 'keyAtRisk',
    description:
      'Secure Redis: the key is disabled, scheduled for deletion, or without its material',
    eventPattern: {
      source: ['aws.kms'],
      'detail-type': [CALL],
      detail: {
        eventName: ALARM_KINDS.keyAtRisk.events,
        resources: { ARN: [keyArn] },
        ...SUCCEEDED,
      },
    },
    ...ALARM_KINDS.keyAtRisk,
  };
}

/**
 * Matches the ARN in the response, since the caller may use the secret's name, or the ARN in the
 * request, in case the response is omitted.
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/cloudtrail_log_entries.html
 */
function secretAtRisk({ secrets: arns }: FailureEventsProps): Event {
  return {
    id: 'SecretEvents',
    kind: 'secretAtRisk',
    description: 'Secure Redis: a secret of the cache is scheduled for deletion',
    eventPattern: {
      source: ['aws.secretsmanager'],
      'detail-type': [CALL],
      detail: {
        eventName: ALARM_KINDS.secretAtRisk.events,
        $or: [{ responseElements: { aRN: arns } }, { requestParameters: { secretId: arns } }],
        ...SUCCEEDED,
      },
    },
    ...ALARM_KINDS.secretAtRisk,
  };
}
