/**
 * The composite alarm for the alarms on the nodes of a cache, so that a failover or an overload,
 * which triggers alarms on many nodes, sends one message.
 *
 * It publishes when the first alarm fires and when the last alarm ends. An alarm that must not be
 * hidden by another alarm publishes by itself instead.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html
 */

import { type CfnAlarm, CfnCompositeAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Stack, Token } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { alarmText } from './alarm-text';
import { OTHER_ALARMS } from './alarms';
import type { AlarmsOff } from './alarms-off';

export interface PagingAlarmProps {
  readonly alarms: readonly CfnAlarm[];
  readonly off: AlarmsOff;
  readonly topic: ITopic;
}

/** "As many as 100 underlying alarms": API_PutCompositeAlarm, read in November 2026. */
export const CHILDREN_MAX = 100;

/** Maximum length of `AlarmRule`: API_PutCompositeAlarm, read in November 2026. */
export const RULE_LENGTH_MAX = 10_240;

/** Maximum length of a stack name, if it is known only at deploy. */
const STACK_NAME_LENGTH_MAX = 128;
/** Maximum length of an alarm name. */
const NAME_LENGTH_MAX = 255;
/** Characters that CloudFormation adds to a logical id: two hyphens and twelve characters. */
const SUFFIX_LENGTH = 14;
const OR = ' OR ';

/** Metadata key of the alarm for the kinds that are turned off, with their reasons. */
export const OFF_METADATA = 'secure-redis:alarms-off';

export class PagingAlarm extends Construct {
  readonly alarmArn: string;

  constructor(scope: Construct, id: string, { alarms, off, topic }: PagingAlarmProps) {
    super(scope, id);
    const groups = groupsWithinLimits(alarms);
    const children =
      groups.length <= 1
        ? alarms
        : groups.map((group, index) => {
            const alarmDescription = 'Secure Redis: some nodes. The alarm over all of them pages.';
            return new CfnCompositeAlarm(this, `Some${index + 1}`, {
              alarmDescription,
              alarmRule: ruleOf(group),
            });
          });
    const alarm = new CfnCompositeAlarm(this, 'Nodes', {
      alarmDescription: descriptionOf(off),
      alarmRule: ruleOf(children),
      alarmActions: [topic.topicArn],
      okActions: [topic.topicArn],
    });
    if (off.size > 0) alarm.addMetadata(OFF_METADATA, Object.fromEntries(off));
    this.alarmArn = alarm.attrArn;
  }
}

/** Never fires without an alarm, for example if all node alarms are turned off. */
function ruleOf(alarms: readonly (CfnAlarm | CfnCompositeAlarm)[]): string {
  if (alarms.length === 0) return 'FALSE';
  return alarms.map(({ ref }) => `ALARM("${ref}")`).join(OR);
}

function descriptionOf(off: AlarmsOff): string {
  const text = alarmText(OTHER_ALARMS.nodes);
  return off.size === 0 ? text : `${text} Turned off, see its metadata: ${[...off.keys()].join()}.`;
}

/** The minimum number of groups within CloudWatch's limits, for any alarm names. */
function groupsWithinLimits(alarms: readonly CfnAlarm[]): readonly (readonly CfnAlarm[])[] {
  const groups: CfnAlarm[][] = [];
  let length = 0;
  for (const alarm of alarms) {
    const added = OR.length + 'ALARM("")'.length + nameLengthMax(alarm);
    const group = groups.at(-1);
    if (group && group.length < CHILDREN_MAX && length + added <= RULE_LENGTH_MAX) {
      group.push(alarm);
      length += added;
    } else {
      groups.push([alarm]);
      length = added;
    }
  }
  return groups;
}

/** CloudFormation derives an alarm's name from its stack and logical id. */
function nameLengthMax(alarm: CfnAlarm): number {
  const stack = Stack.of(alarm);
  const { stackName } = stack;
  const ofStack = Token.isUnresolved(stackName) ? STACK_NAME_LENGTH_MAX : stackName.length;
  const ofAlarm = String(stack.resolve(alarm.logicalId)).length;
  return Math.min(NAME_LENGTH_MAX, ofStack + ofAlarm + SUFFIX_LENGTH);
}
