/** Words of access strings that an engine refuses, by the engine that is asked. */

import { unknownWords } from '../../contract/unknown-words';

const [REDIS_6_2, REDIS_7_0, VALKEY_8_0, VALKEY_9_0, VALKEY_9_1] = [
  'redis 6.2',
  'redis 7.0',
  'valkey 8.0',
  'valkey 9.0',
  'valkey 9.1',
];

test.each([
  [REDIS_6_2, 'on ~app:* resetchannels -@all +@read -scan +info &news:*', []],
  [
    REDIS_6_2,
    '~app:* +@read -client|tracking +cluster|slots',
    ['-client|tracking', '+cluster|slots'],
  ],
  [REDIS_6_2, '~app:* +@read +expiretime +EVAL_RO +expiretime', ['+expiretime', '+EVAL_RO']],
  [REDIS_6_2, '%R~app:* %W~own:* +@read', ['%R~app:*', '%W~own:*']],
  [REDIS_6_2, '~app:* +@read (%R~x:* +get)', ['(%R~x:*']],
  [REDIS_6_2, 'clearselectors ~a:* +client', ['clearselectors']],
  [REDIS_7_0, '%R~app:* -client|tracking +config|get +select|0 (~x:* +get)', []],
  [REDIS_7_0, '~app:* +@read +client|no-touch +waitaof', ['+client|no-touch', '+waitaof']],
  ['redis 7.1', '~app:* +client|setinfo', ['+client|setinfo']],
  [VALKEY_8_0, '~app:* +@read +commandlog +commandlog|get', ['+commandlog', '+commandlog|get']],
  [VALKEY_8_0, '~app:* +@read -hexpire (+httl)', ['-hexpire', '(+httl)']],
  [VALKEY_9_0, '~app:* +@all db=0,1', ['db=0,1']],
  [VALKEY_9_0, '~app:* +@read alldbs (RESETDBS +get)', ['alldbs', '(RESETDBS']],
  [VALKEY_9_0, '~app:* +@read +hgetdel +msetex +hexpire', ['+hgetdel', '+msetex']],
  [VALKEY_9_1, '~app:* +@read +hgetdel +clusterscan db=0,1 alldbs', []],
  [VALKEY_9_1, '~db=0 &db=1 +@read', []],
  [VALKEY_9_0, '~db=0 &db=1 +@read', []],
])('%s refuses in `%s`', (engine, access, expected) => {
  const [name = '', version = ''] = engine.split(' ');
  expect(unknownWords(access, { name, version })).toStrictEqual(expected);
});
