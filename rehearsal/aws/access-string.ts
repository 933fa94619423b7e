/**
 * Access strings of ElastiCache: which ones CreateUser and ModifyUser refuse, and the ACL rules
 * that a server gets in their place.
 */

import { RESTRICTED_COMMANDS } from '../../lib/settings/elasticache/commands';
import { AwsError } from './secrets-manager-store';

/** What ElastiCache restricts on every node, with subcommands. */
const WITHHELD: readonly string[] = [
  ...RESTRICTED_COMMANDS.map((name) => name.toLowerCase()),
  'psync',
  ...['setuser', 'load', 'save', 'deluser'].map((name) => `acl|${name}`),
  ...['addslots', 'addslotsrange', 'bumpepoch', 'delslots', 'delslotsrange', 'failover']
    .concat('flushslots', 'forget', 'links', 'meet', 'setslot')
    .map((name) => `cluster|${name}`),
];

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

/**
 * The rules for a server, which knows commands that ElastiCache has not: these are taken away last,
 * in each selector too.
 */
export function rulesForServer(rules: readonly string[]): readonly string[] {
  const withheld = WITHHELD.map((command) => `-${command}`);
  const inSelector = `${withheld.join(' ')})`.split(' ');
  const selected = rules.flatMap((rule) =>
    rule.endsWith(')') ? [rule.slice(0, -1), ...inSelector] : [rule],
  );
  return [...selected, ...withheld];
}
