/**
 * Acknowledges findings of security scanners on a construct, each with its reason.
 *
 * CDK versions before `Validations` have no place for an acknowledgement: there the finding stays.
 */

import * as core from 'aws-cdk-lib/core';
import type { IConstruct } from 'constructs';

/** @param ids Rules as CDK names them, `Pack::Rule` or `Pack::Rule[detail]`. */
export function acknowledge(scope: IConstruct, ids: readonly string[], reason: string): void {
  const { Validations }: Partial<typeof core> = core;
  if (Validations === undefined) return;
  for (const id of ids) Validations.of(scope).acknowledge({ id, reason });
}

/** The rule under the same name in several packs of cdk-nag. */
export function inPacks(rule: string, ...packs: readonly string[]): readonly string[] {
  return packs.map((pack) => `${pack}::${pack}-${rule}`);
}
