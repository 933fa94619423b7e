/** What a daily check of a user reports and sends, on the model of AWS. */

import type { DailyCheck } from '../../contract/daily-check';
import type { Password } from '../../contract/password';
import { runDailyCheck } from '../../lambda/rotation/daily-check';
import { USER_CHECK } from '../../lambda/rotation/strategy';
import { USERNAME } from '../support/model-answers';
import { UserWorld } from '../support/user-world';
import { TIMING } from '../support/world-options';

/** Rotated before: v0 is AWSCURRENT and u0 AWSPREVIOUS; both are accepted. */
function rotatedBefore() {
  const world = new UserWorld({
    pick: () => 0,
    faultsMax: 0,
    crashAtReads: false,
    searchLogs: true,
    dailyChecksMax: 0,
    foreign: false,
    takenBack: false,
    stackUpdate: false,
    checkedAfterUpdate: false,
  });
  const passwordOf = (versionId: string) => world.values.get(versionId)?.password as Password;
  const accept = (...list: readonly Password[]) => {
    world.user.begin(list, 'hand', { shown: false, ticks: [{ applyTo: 0 }, { applyTo: 1 }] });
    world.finishChange();
  };
  const addPending = (password = world.newPassword()) => {
    world.values.set('v1', { username: USERNAME, password });
    world.setPending('v1');
    return password;
  };
  /** A check, with the logins it made by version. */
  const check = async (kind: DailyCheck, graceDays = 7) => {
    world.startInvocation('daily check');
    const ports = world.ports();
    const refused: string[] = [];
    const cache = {
      ...ports.cache,
      login: async (...asked: Parameters<typeof ports.cache.login>) => {
        const answer = await ports.cache.login(...asked);
        if (answer.answer === 'refused') refused.push(`node ${asked[0].port}`);
        return answer;
      },
    };
    const timing = { ...TIMING, graceDays };
    const report = await runDailyCheck(kind, { ...ports, cache }, timing, USER_CHECK);
    return { ...report, refused };
  };
  const acceptedBy = () => world.user.nodes.map(({ list }) => list.map((each) => each.reveal()));
  return { world, passwordOf, accept, addPending, check, acceptedBy };
}

describe('During a rotation', () => {
  test('the second password is that of the rotation, and no refused one is tried', async () => {
    const { accept, addPending, passwordOf, check } = rotatedBefore();
    const pending = addPending();
    accept(pending, passwordOf('v0'));
    const { outcome, others, refused, graceEndsAt } = await check('report');
    expect([outcome, others, refused]).toStrictEqual(['rotating', 'none', []]);
    expect(graceEndsAt).toBeUndefined();
  });

  test('before its request, the previous password is in force', async () => {
    const { addPending, check } = rotatedBefore();
    addPending();
    const { outcome, others, graceEndsAt } = await check('report');
    expect([outcome, others]).toStrictEqual(['rotating', 'previous']);
    expect(graceEndsAt).toBe('1970-01-08T00:00:00.000Z');
  });
});

describe('Where a stack update has left only the previous password', () => {
  test('it is not said that no other password is in force', async () => {
    const { accept, passwordOf, check } = rotatedBefore();
    accept(passwordOf('u0'));
    const { outcome, others, graceEndsAt } = await check('report');
    expect([outcome, others]).toStrictEqual(['current-refused', 'unknown']);
    expect(graceEndsAt).toBe('1970-01-08T00:00:00.000Z');
  });

  test('the check after the update sends both', async () => {
    const { accept, passwordOf, check, acceptedBy } = rotatedBefore();
    accept(passwordOf('u0'));
    const { outcome, repaired, others } = await check('updated');
    expect([outcome, repaired, others]).toStrictEqual(['in-grace', true, 'previous']);
    const both = ['model-password-1', 'model-password-2'];
    expect(acceptedBy()).toStrictEqual([both, both]);
  });
});

describe('A version that an edit has left behind', () => {
  test('is no rotation, if its password is current: the previous one is revoked', async () => {
    const { world, addPending, passwordOf, check, acceptedBy } = rotatedBefore();
    world.endGrace();
    addPending(passwordOf('v0'));
    const { outcome, pending } = await check('revoke');
    expect([outcome, pending?.hasPassword]).toStrictEqual(['revoked', true]);
    expect(acceptedBy()).toStrictEqual([['model-password-2'], ['model-password-2']]);
  });

  test('does not end a grace period, if passwords are sent again', async () => {
    const { accept, addPending, passwordOf, check, acceptedBy } = rotatedBefore();
    addPending(passwordOf('v0'));
    accept(passwordOf('u0'));
    expect(await check('daily')).toMatchObject({ outcome: 'in-grace', repaired: true });
    const both = ['model-password-1', 'model-password-2'];
    expect(acceptedBy()).toStrictEqual([both, both]);
  });
});

describe('A user that somebody has set to need no password', () => {
  /** Every node accepts any password, until a list is set. */
  function opened() {
    const played = rotatedBefore();
    const { world } = played;
    const real = world.ports.bind(world);
    const lists: (readonly string[])[] = [];
    world.ports = () => {
      const ports = real();
      const isOpen = lists.length === 0;
      const cache: typeof ports.cache = {
        ...ports.cache,
        lookAtUser: async () => {
          const { active } = await ports.cache.lookAtUser();
          return lists.length === 0
            ? { active, authentication: 'no-password' }
            : { active, authentication: 'password', passwordCount: 2 };
        },
        login: async (...args) =>
          isOpen && lists.length === 0 ? { answer: 'accepted' } : ports.cache.login(...args),
        askList: (list) => {
          lists.push(list.map((each) => each.reveal()));
          return ports.cache.askList(list);
        },
      };
      return { ...ports, cache };
    };
    return { ...played, lists };
  }

  test('is reported by a report, which changes nothing', async () => {
    const { check, lists } = opened();
    const { outcome, authentication } = await check('report');
    expect([outcome, authentication, lists]).toStrictEqual(['open', 'no-password', []]);
  });

  test.each(['daily', 'updated', 'revoke'] as const)('gets its list again: %s', async (kind) => {
    const { check, lists, world } = opened();
    if (kind === 'revoke') world.endGrace();
    const { repaired, authentication } = await check(kind);
    expect([repaired, authentication]).toStrictEqual([true, undefined]);
    const both = ['model-password-1', 'model-password-2'];
    expect(lists[0]).toStrictEqual(kind === 'revoke' ? ['model-password-2'] : both);
  });

  test('gets the list of a running rotation', async () => {
    const { check, lists, addPending } = opened();
    const pending = addPending();
    expect(await check('daily')).toMatchObject({ outcome: 'rotating', repaired: true });
    expect(lists).toStrictEqual([[pending.reveal(), 'model-password-2']]);
  });
});

test('A check after an update of a user revokes nothing', async () => {
  const { world, check, acceptedBy } = rotatedBefore();
  world.endGrace();
  expect((await check('updated', 0)).outcome).toBe('due');
  const both = ['model-password-2', 'model-password-1'];
  expect(acceptedBy()).toStrictEqual([both, both]);
  expect((await check('daily', 0)).outcome).toBe('revoked');
});
