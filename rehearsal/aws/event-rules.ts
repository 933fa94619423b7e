/**
 * EventBridge rules of a template that invoke the rotation function, and the event by which
 * CloudFormation reports that it has updated a user.
 *
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
 */

import type { DailyCheckEvent } from '../../contract/daily-check';
import { stackIdOf } from './deployed-names';
import { all, type Refer, type ResourceProperties, type Resources, resolvedText } from './template';

type Pattern = { readonly [name: string]: Pattern | readonly string[] };

/** A rule with one target: the rotation function. */
export interface EventRule {
  readonly id: string;
  readonly pattern: Pattern;
  /** What the function receives instead of the event. */
  readonly input: DailyCheckEvent;
}

type Event = { readonly [name: string]: Event | string };

/** The rules that may invoke the function: without a permission, EventBridge loses the event. */
export function eventRulesOf(
  resources: Resources,
  functionId: string,
  refer: Refer,
): readonly EventRule[] {
  const permitted = all(resources, 'AWS::Lambda::Permission').flatMap(([, permission]) =>
    permission.Principal === 'events.amazonaws.com' &&
    resolvedText(permission.FunctionName) === functionId
      ? [resolvedText(permission.SourceArn)]
      : [],
  );
  return all(resources, 'AWS::Events::Rule').flatMap(([id, { State, EventPattern, Targets }]) => {
    const targets = ((Targets ?? []) as readonly ResourceProperties[]).filter(
      ({ Arn }) => resolvedText(Arn) === functionId,
    );
    if (State === 'DISABLED' || !permitted.includes(id)) return [];
    return targets.map(({ Input }) => ({
      id,
      pattern: patternOf(EventPattern as ResourceProperties, refer),
      input: JSON.parse(resolvedText(Input)),
    }));
  });
}

/** @throws Error for a comparison other than of texts. */
function patternOf(pattern: ResourceProperties, refer: Refer): Pattern {
  return Object.fromEntries(
    Object.entries(pattern).map(([name, wanted]) => [
      name,
      Array.isArray(wanted)
        ? wanted.map((each) => resolvedText(each, refer))
        : patternOf(wanted as ResourceProperties, refer),
    ]),
  );
}

/** Whether each name of the pattern has one of its values in the event. */
export function isMatch(pattern: Pattern, event: Event): boolean {
  return Object.entries(pattern).every(([name, wanted]) => {
    const given = event[name];
    if (typeof given === 'string') return Array.isArray(wanted) && wanted.includes(given);
    return given !== undefined && !Array.isArray(wanted) && isMatch(wanted as Pattern, given);
  });
}

/** The used part of the event of a user that CloudFormation has updated. */
export function userUpdated(stackName: string, userId: string): Event {
  return {
    source: 'aws.cloudformation',
    'detail-type': 'CloudFormation Resource Status Change',
    detail: {
      'stack-id': stackIdOf(stackName),
      'physical-resource-id': userId,
      'resource-type': 'AWS::ElastiCache::User',
      'status-details': { status: 'UPDATE_COMPLETE' },
    },
  };
}
