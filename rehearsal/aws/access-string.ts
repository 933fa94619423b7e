/**
 * Access strings of ElastiCache: which ones CreateUser and ModifyUser refuse.
 */

import { WITHHELD } from '../../cli/server/withheld-commands';
import { AwsError } from './secrets-manager-store';

/** Rules that would set passwords, or forget all other rules. */
const OF_PASSWORDS = /^(nopass|resetpass|reset|[<>#!].*)$/i;

/** The rules of an access string. @throws AwsError as AWS does. */
export function aclRulesOf(accessString: string): readonly string[] {
  const rules = accessString.split(' ').filter((rule) => rule !== '');
  const wrong = rules.find((rule) => OF_PASSWORDS.test(rule) || grantsRestricted(rule));
  if (wrong === undefined && rules.length > 0) return rules;
  // The rule itself could be a password.
  const index = wrong === undefined ? '' : ` at rule ${rules.indexOf(wrong) + 1}`;
  throw new AwsError('InvalidParameterValue', `Invalid Access String${index}.`);
}

function grantsRestricted(rule: string): boolean {
  const command = /^\(?\+([\w|-]+)\)?$/.exec(rule)?.[1]?.toLowerCase();
  return command !== undefined && WITHHELD.includes(command);
}
