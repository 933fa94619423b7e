/** Checks who gets a grant on a cache: a principal of its account, with a policy of its own. */

import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import { type IResource, Token, TokenComparison } from 'aws-cdk-lib/core';
import { Construct, type IConstruct } from 'constructs';
import { GRANTEE, required } from '../settings/value-kinds';
import { checkKinds } from '../validation/kinds';
import { SettingError } from '../validation/setting-error';

/** @param what What the grantee becomes, such as "a reader of the credentials secret". */
export function checkGrantee(owner: IResource, grantee: IGrantable, what: string): void {
  checkKinds(owner.node.path, { grantee }, { grantee: required(GRANTEE) });
  const { account } = owner.env;
  // A function imported without its role has an account, but its principal has no account.
  const { env } = grantee as Partial<IResource>;
  const given = grantee.grantPrincipal.principalAccount ?? env?.account;
  if (given === undefined) return;
  if (Token.compareStrings(account, given) !== TokenComparison.DIFFERENT) return;
  throw new SettingError(
    `${owner.node.path}: ${what} must be in the account of the cache, ${account}, got ` +
      `${nameOf(grantee)} in account ${given}. Grant a role of account ${account}, and let ` +
      `${given} assume that role.`,
  );
}

export function withoutPolicy(owner: IConstruct, grantee: IGrantable, what: string): SettingError {
  return new SettingError(
    `${owner.node.path}: ${what} must have a policy of its own, as a role, a user or a function ` +
      `has, got ${nameOf(grantee)}. Grant a role that it assumes.`,
  );
}

function nameOf(grantee: IGrantable): string {
  if (Construct.isConstruct(grantee)) return grantee.node.path;
  const { grantPrincipal } = grantee;
  return Construct.isConstruct(grantPrincipal) ? grantPrincipal.node.path : String(grantPrincipal);
}
