/** Judges whom a resource policy lets in: identities of its own account, or anybody else. */

import { Token } from 'aws-cdk-lib/core';
import { possibleTexts } from './expressions';
import type { RenderedApp } from './rendered-app';
import type { Properties, RenderedResource } from './rendered-stack';
import { clipped, type Finding } from './rule';
import { statementsIn } from './statements';

/** Keys of a condition that hold a caller to an account. */
const ACCOUNT_KEYS = ['aws:PrincipalAccount', 'kms:CallerAccount'];

/** What else than identities of its account a statement may let in. */
type Spare = (statement: Properties, resource: RenderedResource, app: RenderedApp) => boolean;

/** Findings for each statement of a policy that lets in somebody else. */
export function foreignPrincipals(
  resource: RenderedResource,
  property: string,
  app: RenderedApp,
  spare: Spare = () => false,
): readonly Finding[] {
  const document = resource.properties[property];
  const statements = statementsIn(document);
  if (statements === undefined) {
    const given = document === undefined ? 'nothing' : 'a document that nobody can read here';
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

/** Whether a statement lets in nobody but identities of the account of its stack. */
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

/** Whether a text is the account of a resource, or what is in it: an identity, or a resource. */
function isOwn(text: string, { stack: { stack } }: RenderedResource, app: RenderedApp): boolean {
  const [, made = ''] = /^<(\d+#\w+)\.(?:Arn|Ref)>$/.exec(text) ?? [];
  const found = app.byKey(made);
  // What a custom resource gives may be anything.
  if (found?.body.Type.startsWith('AWS::')) return found.stack.stack.account === stack.account;
  const plain = text.replaceAll('<AWS::AccountId>', 'own').replaceAll(/<[^<>]*>/g, 'x');
  const [, account = plain] = /^arn:[\w-]+:[\w-]+:[\w-]*:(\w+):/.exec(plain) ?? [];
  return account === 'own' || (!Token.isUnresolved(stack.account) && account === stack.account);
}

/** Whether all that a statement is about is in the account. */
export const isAboutAccount: Spare = ({ Resource }, resource, app) => {
  const texts = possibleTexts(resource.stack, Resource);
  return texts.length > 0 && texts.every((text) => isOwn(text, resource, app));
};
