/** Checks of the daily check of a cache with users: one request covers every user. */

import { graceDaysOf } from '../aws/blueprint';
import type { Deployment } from '../aws/deployment';
import type { CheckResult } from './checks';

/** The daily check revokes the previous password of each user only after the grace period. */
export async function checkUsersAfterGrace(
  deployment: Deployment,
  functionLines: readonly string[],
): Promise<readonly CheckResult[]> {
  const [anyUser] = deployment.logins;
  if (anyUser === undefined) throw new Error('the cache has no user whose password rotates');
  // Users that log in by IAM have nothing to revoke.
  const names = deployment.logins.map(({ username }) => username);
  const look = async () => {
    const { users } = await anyUser.service.dailyCheckOfUsers('daily');
    return users.filter(({ user = '' }) => names.includes(user));
  };
  const early = await look();
  deployment.clock.passDays(graceDaysOf(deployment.blueprint) + 1);
  const late = await look();
  const published = functionLines.filter((line) => line.includes('"_aws"')).length;
  const outcomes = late.map((each, index) => {
    const before = early[index];
    return [before, each].map((one) => (one && 'outcome' in one ? one.outcome : 'failed'));
  });
  const wrong = late.filter((_, index) => outcomes[index]?.join() !== 'in-grace,revoked');
  const isShut = late.every(
    (each) =>
      'nodes' in each &&
      each.nodes.every(
        ({ noPassword, plaintext }) => noPassword === 'refused' && plaintext === 'refused',
      ),
  );
  const isEachUser = late.length === deployment.logins.length;
  return [
    {
      id: 'daily-check',
      claim: 'the daily check revokes previous passwords after the grace period, not before',
      pass: isEachUser && wrong.length === 0 && isShut,
      detail:
        `${late.length} users in-grace, then revoked; otherwise: ` +
        `${wrong.map(({ user }) => user).join(', ') || 'none'}; ` +
        `no unauthenticated or plaintext access: ${isShut}`,
    },
    {
      id: 'daily-check-metrics',
      claim: 'each daily check publishes its metrics once for all users',
      pass: published === 2,
      detail: `${published} lines of metrics for 2 daily checks`,
    },
  ];
}
