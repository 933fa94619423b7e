/**
 * Who may read a secret, use a key or log in by the policies of templates. Pure.
 *
 * A denial or a condition is not evaluated, so the list may name more principals than may act. It
 * must never name fewer: a statement that is known only at deploy is listed as unclear.
 */

import type { StackTemplate, TemplateProperties } from '../template/stack-template';
import { type Resolved, resourceOf, textOf } from '../template/values';
import { areMeeting, type Coverage, covers, targetAt } from './arn-patterns';
import { identityPolicies, pathOfPlace, type Statement, statementsOf, valuesIn } from './policies';

export interface Allowed {
  /** Sorted. */
  readonly principals: readonly string[];
  /** Places of statements that may allow it to more principals, sorted. */
  readonly unclear: readonly string[];
}

export const ACCOUNT = 'every principal of the account whose own policy allows it';

/** Principals with an action on a resource by policies of identities. */
export function allowedByIdentities(
  action: string,
  place: Resolved,
  all: readonly StackTemplate[],
): Allowed {
  const target = targetAt(place);
  const found = identityPolicies(all).flatMap(({ statements, identities, place, template }) =>
    statements.map((each) => {
      const verdict = weakest(effectOf(each), actionOf(each, action), () =>
        about(each, (value) => covers(value, target, template, all)),
      );
      return { verdict, names: identities, place };
    }),
  );
  return gathered(found);
}

/** Principals that a policy of a resource at `place` allows an action. */
export function allowedByPolicy(
  action: string,
  policy: unknown,
  place: Resolved,
  all: readonly StackTemplate[],
): Allowed {
  const found = statementsOf(policy).map((each) => {
    const verdict = weakest(effectOf(each), actionOf(each, action), () => 'yes');
    const condition = each?.Condition === undefined ? '' : ', under a condition';
    const names = principalsOf(each, place.template, all).map((name) => `${name}${condition}`);
    return { verdict, names, place: pathOfPlace(place) };
  });
  return gathered(found);
}

/** Principals that have both. */
export function inBoth(one: Allowed, other: Allowed): Allowed {
  return {
    principals: one.principals.filter((each) => other.principals.includes(each)),
    unclear: sorted([...one.unclear, ...other.unclear]),
  };
}

export function inEither(one: Allowed, other: Allowed): Allowed {
  return {
    principals: sorted([...one.principals, ...other.principals]),
    unclear: sorted([...one.unclear, ...other.unclear]),
  };
}

interface Found {
  readonly verdict: Coverage;
  readonly names: readonly string[];
  readonly place: string;
}

function gathered(found: readonly Found[]): Allowed {
  const clear = found.filter(({ verdict }) => verdict === 'yes');
  const unclear = found.filter(({ verdict }) => verdict === 'cannot tell');
  return {
    principals: sorted(clear.flatMap(({ names }) => names)),
    unclear: sorted(unclear.map(({ place }) => place)),
  };
}

function sorted(texts: readonly string[]): readonly string[] {
  return Array.from(new Set(texts)).sort();
}

function weakest(effect: Coverage, action: Coverage, resource: () => Coverage): Coverage {
  if (effect === 'no' || action === 'no') return 'no';
  const last = resource();
  if (last === 'no') return 'no';
  return [effect, action, last].includes('cannot tell') ? 'cannot tell' : 'yes';
}

function effectOf(statement: Statement | undefined): Coverage {
  if (statement === undefined) return 'cannot tell';
  const effects = valuesIn(statement.Effect);
  if (effects.includes('Allow')) return 'yes';
  return effects.every((each) => each === 'Deny') ? 'no' : 'cannot tell';
}

function actionOf(statement: Statement | undefined, action: string): Coverage {
  const isMatch = (value: unknown): Coverage => {
    if (typeof value !== 'string') return 'cannot tell';
    return areMeeting(value.toLowerCase(), action.toLowerCase()) ? 'yes' : 'no';
  };
  return inList(statement, 'Action', isMatch);
}

/** Whether a statement is about a resource: by reference, or by a wildcard. */
function about(
  statement: Statement | undefined,
  isCovering: (value: unknown) => Coverage,
): Coverage {
  return inList(statement, 'Resource', isCovering);
}

/** With `NotAction` and `NotResource`, all but what is listed for sure. */
function inList(
  statement: Statement | undefined,
  key: 'Action' | 'Resource',
  verdictOf: (value: unknown) => Coverage,
): Coverage {
  if (statement === undefined) return 'cannot tell';
  const excluded = statement[`Not${key}`];
  if (excluded !== undefined) {
    // Of two branches, one may exclude nothing.
    const isCertain = !JSON.stringify(excluded).includes('"Fn::If"');
    return isCertain && valuesIn(excluded).some((each) => verdictOf(each) === 'yes') ? 'no' : 'yes';
  }
  const verdicts = valuesIn(statement[key]).map(verdictOf);
  if (verdicts.includes('yes')) return 'yes';
  return verdicts.includes('cannot tell') ? 'cannot tell' : 'no';
}

function principalsOf(
  statement: Statement | undefined,
  template: StackTemplate,
  all: readonly StackTemplate[],
): readonly string[] {
  if (statement?.NotPrincipal !== undefined) return ['everybody but some principals'];
  return valuesIn(statement?.Principal).flatMap((principal) => {
    if (principal === '*') return ['everybody'];
    if (typeof principal !== 'object') return [String(principal)];
    return Object.entries(principal as TemplateProperties).flatMap(([kind, values]) =>
      valuesIn(values).map((value) => principalOf(kind, value, template, all)),
    );
  });
}

function principalOf(
  kind: string,
  value: unknown,
  template: StackTemplate,
  all: readonly StackTemplate[],
): string {
  if (value === '*') return 'everybody';
  const found = resourceOf(value, template, all);
  if (found !== undefined) return pathOfPlace(found);
  const place = { partition: 'aws', region: 'REGION', account: 'ACCOUNT' };
  const text = textOf(value, template, place);
  if (text === undefined) return textOfService(value) ?? `(a ${kind} known at deploy)`;
  const [, account] = /^(?:arn:[a-z-]+:iam::)?(ACCOUNT|\d{12})(?::root)?$/.exec(text) ?? [];
  if (account === undefined) return text;
  return account === 'ACCOUNT' ? ACCOUNT : ACCOUNT.replace('account', `account ${account}`);
}

/** The name of a service in a region: `logs.<region>.<suffix>`. */
function textOfService(value: unknown): string | undefined {
  const { 'Fn::Join': join } = (value ?? {}) as TemplateProperties;
  const [, parts] = Array.isArray(join) ? join : [];
  const [first] = valuesIn(parts);
  return typeof first === 'string' && first.endsWith('.') ? `${first}amazonaws.com` : undefined;
}
