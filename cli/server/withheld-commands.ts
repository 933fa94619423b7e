/**
 * Commands that ElastiCache withholds from every user, and that a server on this machine must be
 * told to withhold.
 */

import { RESTRICTED_COMMANDS } from '../../lib/settings/elasticache/commands';

/** What ElastiCache restricts on every node, with subcommands. */
export const WITHHELD: readonly string[] = [
  ...RESTRICTED_COMMANDS.map((name) => name.toLowerCase()),
  'psync',
  ...['setuser', 'load', 'save', 'deluser'].map((name) => `acl|${name}`),
  ...['addslots', 'addslotsrange', 'bumpepoch', 'delslots', 'delslotsrange', 'failover']
    .concat('flushslots', 'forget', 'links', 'meet', 'setslot')
    .map((name) => `cluster|${name}`),
];

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
