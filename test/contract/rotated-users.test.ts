/**
 * The list of users in the function's environment is read as it was printed, and every malformed
 * list is refused by entry.
 */

import { parseUsers, printUsers } from '../../contract/rotated-users';

const APP = { name: 'app', userId: 'app-1a2b3c', secretName: 'prod/app-AbCdEf', database: 0 };

describe('The list of users', () => {
  test('is read as it was printed', () => {
    const users = [
      APP,
      { name: 'w', userId: 'w', secretName: 'odd=name/_+=.@-AbCdEf', database: 7 },
      { name: 'a-name-of-20-letters', userId: `u${'0'.repeat(39)}`, secretName: 'x', database: 15 },
    ];
    const text =
      'app=app-1a2b3c=prod/app-AbCdEf,w/7=w=odd=name/_+=.@-AbCdEf,' +
      `a-name-of-20-letters/15=u${'0'.repeat(39)}=x`;
    expect(printUsers({ rotated: users, iam: [] })).toBe(text);
    expect(parseUsers(text)).toStrictEqual({ rotated: users, iam: [] });
  });

  test('holds users with IAM logins, whose ids mostly begin with their names', () => {
    const iam = [
      { name: 'reports', userId: 'reports-k3x81abc' },
      { name: 'etl', userId: 'etl2' },
    ];
    const text = 'app=app-1a2b3c=prod/app-AbCdEf,reports=-k3x81abc,etl=etl2';
    expect(printUsers({ rotated: [APP], iam })).toBe(text);
    expect(parseUsers(text)).toStrictEqual({ rotated: [APP], iam });
    expect(parseUsers('etl=etl2')).toStrictEqual({ rotated: [], iam: [iam[1]] });
  });

  const shape =
    'must be <name>=<id>=<name of a secret>, or <name>=<id> without a password, name and id with ' +
    'a-z, 0-9 and hyphens, of at most 20 and 40 characters';
  test.each([
    ['', `entry 1 ${shape}`],
    ['app', `entry 1 ${shape}`],
    ['app=', `entry 1 ${shape}`],
    [`app=-${'0'.repeat(37)}`, `entry 1 ${shape}`],
    ['app=app-1=', `entry 1 ${shape}`],
    ['app=app-1=a,', `entry 2 ${shape}`],
    ['App=app-1=a', `entry 1 ${shape}`],
    ['1app=app-1=a', `entry 1 ${shape}`],
    ['app=app_1=a', `entry 1 ${shape}`],
    ['app= app-1=a', `entry 1 ${shape}`],
    ['app=app-1=a:b', `entry 1 ${shape}`],
    ['app/=app-1=a', `entry 1 ${shape}`],
    ['app/0=app-1=a', `entry 1 ${shape}`],
    ['app/1x=app-1=a', `entry 1 ${shape}`],
    ['app/1=app-1', `entry 1 ${shape}`],
    ['a-name-of-21-letters-=b=c', `entry 1 ${shape}`],
    [`app=u${'0'.repeat(40)}=a`, `entry 1 ${shape}`],
    ['app=a=b,app=c=d', 'each name must be listed once, got app twice'],
    ['app=a=b,web=a=d', 'each userId must be listed once, got a twice'],
    ['app=a=b,app=c', 'each name must be listed once, got app twice'],
    ['app=app-1=b,web=app-1', 'each userId must be listed once, got app-1 twice'],
    ['app=a=b,web=c=b', 'each secretName must be listed once, got b twice'],
  ])('%j is refused', (text, why) => {
    expect(() => parseUsers(text)).toThrow(new Error(why));
  });

  test('may be 40 users with passwords long, and not longer', () => {
    const users = Array.from({ length: 41 }, (_, index) => ({ ...APP, ...idsOf(index) }));
    const printed = (rotated: typeof users) => printUsers({ rotated, iam: [] });
    expect(parseUsers(printed(users.slice(1))).rotated).toHaveLength(40);
    expect(() => parseUsers(printed(users))).toThrow(
      'it must list at most 40 users with secrets, got 41',
    );
  });

  test('may be 99 users long with those without a password, and not longer', () => {
    const iam = Array.from({ length: 99 }, (_, index) => ({
      name: `u${index}`,
      userId: `i${index}`,
    }));
    expect(parseUsers(printUsers({ rotated: [], iam })).iam).toHaveLength(99);
    expect(() => parseUsers(printUsers({ rotated: [APP], iam }))).toThrow(
      'it must list at most 99 users, got 100',
    );
  });
});

function idsOf(index: number) {
  return { name: `u${index}`, userId: `id-${index}`, secretName: `secret-${index}` };
}
