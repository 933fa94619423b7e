/**
 * The list of rotated users in the function's environment is read as it was printed, and every
 * malformed list is refused by entry.
 */

import { parseUsers, printUsers } from '../../contract/rotated-users';

const APP = { name: 'app', userId: 'app-1a2b3c', secretName: 'prod/app-AbCdEf' };

describe('The list of users', () => {
  test('is read as it was printed', () => {
    const users = [
      APP,
      { name: 'w', userId: 'w', secretName: 'odd=name/_+=.@-AbCdEf' },
      { name: 'a-name-of-20-letters', userId: `u${'0'.repeat(39)}`, secretName: 'x' },
    ];
    const text =
      'app=app-1a2b3c=prod/app-AbCdEf,w=w=odd=name/_+=.@-AbCdEf,' +
      `a-name-of-20-letters=u${'0'.repeat(39)}=x`;
    expect(printUsers(users)).toBe(text);
    expect(parseUsers(text)).toStrictEqual(users);
  });

  const shape =
    'must be <name>=<id>=<name of a secret>, name and id with a-z, 0-9 and hyphens, of at most ' +
    '20 and 40 characters';
  test.each([
    ['', `entry 1 ${shape}`],
    ['app=app-1', `entry 1 ${shape}`],
    ['app=app-1=', `entry 1 ${shape}`],
    ['app=app-1=a,', `entry 2 ${shape}`],
    ['App=app-1=a', `entry 1 ${shape}`],
    ['1app=app-1=a', `entry 1 ${shape}`],
    ['app=app_1=a', `entry 1 ${shape}`],
    ['app= app-1=a', `entry 1 ${shape}`],
    ['app=app-1=a:b', `entry 1 ${shape}`],
    ['a-name-of-21-letters-=b=c', `entry 1 ${shape}`],
    [`app=u${'0'.repeat(40)}=a`, `entry 1 ${shape}`],
    ['app=a=b,app=c=d', 'each name must be listed once, got app twice'],
    ['app=a=b,web=a=d', 'each userId must be listed once, got a twice'],
    ['app=a=b,web=c=b', 'each secretName must be listed once, got b twice'],
  ])('%j is refused', (text, why) => {
    expect(() => parseUsers(text)).toThrow(new Error(why));
  });

  test('may be 40 users long, and not longer', () => {
    const users = Array.from({ length: 41 }, (_, index) => ({ ...APP, ...idsOf(index) }));
    expect(parseUsers(printUsers(users.slice(1)))).toHaveLength(40);
    expect(() => parseUsers(printUsers(users))).toThrow('it must list at most 40 users, got 41');
  });
});

function idsOf(index: number) {
  return { name: `u${index}`, userId: `id-${index}`, secretName: `secret-${index}` };
}
