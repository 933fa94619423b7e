/** The rehearsal knows which events invoke the function, and what the function does with them. */

import {
  type EventRule,
  eventRulesOf,
  isMatch,
  userUpdated,
} from '../../rehearsal/aws/event-rules';
import type { Resources } from '../../rehearsal/aws/template';
import { startLocally } from '../support/local-deployment';
import { templateBlueprint } from '../support/template-blueprint';
import { USERS, usersStack } from '../support/users';

const { app, worker } = USERS;
const BLUEPRINT = templateBlueprint(undefined, usersStack({ app, worker }));
const EVENT = userUpdated('test', 'any');

const RULE = {
  EventPattern: { source: ['aws.cloudformation', 'other'], detail: { 'stack-id': [{ Ref: 'S' }] } },
  Targets: [{ Id: '1', Arn: { 'Fn::GetAtt': ['Function', 'Arn'] }, Input: '{"a":1}' }],
};
const PERMISSION = {
  Principal: 'events.amazonaws.com',
  FunctionName: { 'Fn::GetAtt': ['Function', 'Arn'] },
  SourceArn: { 'Fn::GetAtt': ['Rule', 'Arn'] },
};

function rules(rule: object = {}, permission: object = {}): readonly EventRule[] {
  const resources: Resources = {
    Rule: { Type: 'AWS::Events::Rule', Properties: { ...RULE, ...rule } },
    Open: { Type: 'AWS::Lambda::Permission', Properties: { ...PERMISSION, ...permission } },
  };
  return eventRulesOf(resources, 'Function', (id) => `<${id}>`);
}

describe('A rule of a template', () => {
  test('has its pattern and its input', () => {
    expect(rules()).toStrictEqual([
      {
        id: 'Rule',
        pattern: { source: ['aws.cloudformation', 'other'], detail: { 'stack-id': ['<S>'] } },
        input: { a: 1 },
      },
    ]);
  });

  test.each([
    ['disabled', { State: 'DISABLED' }, {}],
    ['without a target', { Targets: undefined }, {}],
    ['for another function', { Targets: [{ Id: '1', Arn: 'Other', Input: '{}' }] }, {}],
    ['without a permission', {}, { SourceArn: { 'Fn::GetAtt': ['Other', 'Arn'] } }],
    ['with a permission of another service', {}, { Principal: 'sns.amazonaws.com' }],
  ])('invokes nothing %s', (_, rule, permission) => {
    expect(rules(rule, permission)).toStrictEqual([]);
  });

  test('matches events that have each of its names, with one of its values', () => {
    const pattern = { source: ['a', 'b'], detail: { status: ['done'] } };
    expect(isMatch(pattern, { source: 'b', detail: { status: 'done', more: 'x' } })).toBe(true);
    expect(isMatch(pattern, { source: 'c', detail: { status: 'done' } })).toBe(false);
    expect(isMatch(pattern, { source: 'a', detail: { status: 'failed' } })).toBe(false);
    expect(isMatch(pattern, { source: 'a' })).toBe(false);
  });
});

describe('The rule of a cache with users', () => {
  test('matches an update of a user of its stack alone', () => {
    const [rule, ...others] = BLUEPRINT.eventRules;
    expect(others).toStrictEqual([]);
    expect(isMatch(rule?.pattern ?? {}, EVENT)).toBe(true);
    expect(isMatch(rule?.pattern ?? {}, userUpdated('other', 'any'))).toBe(false);
  });

  test('has every user checked, without the metrics of the daily check', async () => {
    const { deployment, lines } = await startLocally({ blueprint: BLUEPRINT });
    try {
      const metrics = () => lines.filter((line) => line.includes('CredentialAgeDays')).length;
      const checked = await deployment.rotation.invoke(BLUEPRINT.eventRules[0]?.input ?? never());
      expect(checked).toMatchObject({
        ok: true,
        result: {
          users: [
            { user: 'app', outcome: 'nothing-to-revoke' },
            { user: 'worker', outcome: 'nothing-to-revoke' },
          ],
        },
      });
      expect(metrics()).toBe(0);
      await deployment.rotation.invoke({ DailyCheck: 'daily' });
      expect(metrics()).toBe(1);
    } finally {
      await deployment.stop();
    }
  });

  test('is not there with one password', () => {
    expect(templateBlueprint().eventRules).toStrictEqual([]);
  });
});

function never(): never {
  throw new Error('the template has no rule');
}
