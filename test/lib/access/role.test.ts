/** Roles render access strings per engine, and report all problems of their props in words. */

import { Role } from '../../../lib/access/role';
import { Engine } from '../../../lib/settings/engine';

const REST_6_2 = '+info +time +select +readonly +readwrite +asking +wait';
const REST =
  '+info +time +cluster|slots +cluster|shards +cluster|nodes +cluster|info +cluster|keyslot';
const CONNECT = '+@connection +@transaction -@admin -@dangerous -@scripting';
const WRITER = `on ~app:* resetchannels -@all +@read +@write ${CONNECT}`;

describe('The access string of a role', () => {
  test.each([
    [Engine.VALKEY_8_0, `${WRITER} -scan -randomkey -client|tracking ${REST}`],
    [Engine.VALKEY_9_1, `${WRITER} -scan -clusterscan -randomkey -client|tracking ${REST}`],
    [Engine.REDIS_6_2, `${WRITER} -scan -randomkey ${REST_6_2}`],
  ])('on $id', (engine, expected) => {
    expect(Role.readWrite({ keys: ['app:*'] }).accessString(engine)).toBe(expected);
  });

  test('a reader of all keys may scan', () => {
    expect(Role.readOnly().accessString(Engine.REDIS_7_1)).toBe(
      `on ~* resetchannels -@all +@read ${CONNECT} ${REST}`,
    );
  });

  test('an administrator has everything', () => {
    const role = Role.admin({ reason: 'repairs by hand' });
    expect(role.accessString(Engine.VALKEY_8_0)).toBe('on ~* &* +@all');
    expect(role.description).toBe('runs every command on all keys, because: repairs by hand');
  });
});
