/** Checks the principals of a resource policy: identities of its own account, or others. */

import { Token } from 'aws-cdk-lib/core';
import { possibleTexts } from './expressions';
import type { RenderedApp } from './rendered-app';
import type { Properties, RenderedResource } from './rendered-stack';
import { clipped, type Finding } from './rule';
import { statementsIn } from './statements';

/** Condition keys that restrict callers to an account. */
const ACCOUNT_KEYS = ['aws:PrincipalAccount', 'kms:CallerAccount'];

/** Statements that may admit other principals than identities of the account. */
type Spare = (statement: Properties, resource: RenderedResource, app: RenderedApp) => boolean;

/** A finding per statement that admits other principals. */
export function otherPrincipals(
  resource: RenderedResource,
  property: string,
  app: RenderedApp,
  spare: Spare = () => false,
): readonly Finding[] {
  const document = resource.properties[property];
  const statements = statementsIn(document);
  if (statements === undefined) {
    const given = document === undefined ? 'nothing' : 'a document that synth cannot read';
    return [{ resource, part: property, given }];
  }
  return statements
    .filter(
      (statement) =>
        statement.Effect !== 'Deny' &&
        !isOfAccount(statement, resource, app) &&
        !spare(statement, resource, app),
    )
    .map(({ Principal, NotPrincipal }) => ({
      resource,
      part: Principal === undefined ? 'NotPrincipal' : 'Principal',
      given: clipped(Principal ?? NotPrincipal),
    }));
}

/** Whether a statement admits only identities of its stack's account. */
function isOfAccount(
  { Principal, Condition }: Properties,
  resource: RenderedResource,
  app: RenderedApp,
): boolean {
  const { StringEquals } = (Condition ?? {}) as Record<string, Properties | undefined>;
  const accounts = ACCOUNT_KEYS.flatMap((key) =>
    possibleTexts(resource.stack, StringEquals?.[key]),
  );
  if (accounts.length > 0) return accounts.every((text) => isOwn(text, resource, app));
  if (typeof Principal !== 'object' || Principal === null) return false;
  const { AWS, ...others } = Principal as Properties;
  const texts = possibleTexts(resource.stack, AWS);
  return (
    texts.length > 0 &&
    Object.keys(others).length === 0 &&
    texts.every((text) => isOwn(text, resource, app))
  );
}

/** Whether a text is the resource's account, or an identity or resource in that account. */
function isOwn(text: string, { stack: { stack } }: RenderedResource, app: RenderedApp): boolean {
  const [, made = ''] = /^<(\d+#\w+)\.(?:Arn|Ref)>$/.exec(text) ?? [];
  const found = app.byKey(made);
  // The attribute of a custom resource may be anything.
  if (found?.body.Type.startsWith('AWS::')) return found.stack.stack.account === stack.account;
  const plain = text.replaceAll('<AWS::AccountId>', 'own').replaceAll(/<[^<>]*>/g, 'x');
  const [, account = plain] = /^arn:[\w-]+:[\w-]+:[\w-]*:(\w+):/.exec(plain) ?? [];
  return account === 'own' || (!Token.isUnresolved(stack.account) && account === stack.account);
}

/** Whether all resources of a statement are in the account. */
export const isAboutAccount: Spare = ({ Resource }, resource, app) => {
  const texts = possibleTexts(resource.stack, Resource);
  return texts.length > 0 && texts.every((text) => isOwn(text, resource, app));
};
