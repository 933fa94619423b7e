/**
 * Acknowledges findings of security scanners on a construct, with a reason each.
 *
 * CDK versions before `Validations` cannot acknowledge: there the finding remains.
 */

import * as core from 'aws-cdk-lib/core';
import type { IConstruct } from 'constructs';

/** @param ids Rules in CDK's format, `Pack::Rule` or `Pack::Rule[detail]`. */
export function acknowledge(scope: IConstruct, ids: readonly string[], reason: string): void {
  const { Validations }: Partial<typeof core> = core;
  if (Validations === undefined) return;
  for (const id of ids) Validations.of(scope).acknowledge({ id, reason });
}

/** Ids of a rule with the same name in several cdk-nag packs. */
export function inPacks(rule: string, ...packs: readonly string[]): readonly string[] {
  return packs.map((pack) => `${pack}::${pack}-${rule}`);
}
