/** What `verify` fails of a managed cache, from its facts: secret, snapshots, groups, alarms. */

import { type DescribedGroupRule, opennessOf } from '../../../cli/verify/managed/group-rules';
import type {
  AlarmFacts,
  GroupFacts,
  ManagedFacts,
  ManagedSecret,
} from '../../../cli/verify/managed/managed-facts';
import { managedLines } from '../../../cli/verify/managed/managed-lines';
import { told, untold } from '../../../cli/verify/server/fact';
import { Purpose } from '../../../lib/settings/purpose';

const TODAY = new Date('2026-11-28T12:00:00Z');
const KEY = 'arn:aws:kms:eu-central-1:111122223333:key/1';
const none = untold('not asked here');
const NONE: ManagedFacts = { secret: none, group: none, isOpenToAll: none, alarms: none };
const SECRET: ManagedSecret = {
  keyId: KEY,
  isRotationOn: true,
  changedAt: '2026-11-01T00:00:00.000Z',
  nextAt: '2027-01-30T00:00:00.000Z',
};
const GROUP: GroupFacts = {
  id: 'jobs',
  isTransitEncrypted: true,
  transitMode: 'required',
  isEncryptedAtRest: true,
  keyId: KEY,
  snapshotDays: 16,
  nodes: 2,
  hasAuthToken: true,
  userGroups: [],
};
const ALARMS: AlarmFacts = { total: 9, silent: 0, subscribers: new Map([['topic', 1]]) };

function lineOf(id: string, change: Partial<ManagedFacts>, purpose?: Purpose) {
  const lines = managedLines({ ...NONE, ...change }, { today: TODAY, ...(purpose && { purpose }) });
  const { verdict, evidence, fix } = lines.find((line) => line.id === id) ?? {};
  return fix === undefined ? [verdict, evidence] : [verdict, evidence, fix];
}

const ofSecret = (change: Partial<ManagedSecret>) => ({ secret: told({ ...SECRET, ...change }) });
const ofGroup = (change: Partial<GroupFacts>) => ({ group: told({ ...GROUP, ...change }) });
const ofAlarms = (change: Partial<AlarmFacts>) => ({ alarms: told({ ...ALARMS, ...change }) });

type Case = [string, Partial<ManagedFacts>, string, string, string?];
const GIVE_KEY = 'Give the secret a customer managed key';
const DEPLOY = 'Deploy the stack again';
const ROTATE = 'Run `npx secure-redis rotate`';

describe('The secret', () => {
  test.each<Case>([
    ['secret-key', ofSecret({}), 'pass', KEY],
    ['secret-key', ofSecret({ keyId: undefined }), 'fail', 'the key is that of AWS', GIVE_KEY],
    [
      'secret-key',
      ofSecret({ keyId: 'alias/aws/secretsmanager' }),
      'fail',
      'the key is that of AWS',
      GIVE_KEY,
    ],
    ['secret-key', {}, 'cannot tell', 'not asked here'],
    ['rotation-on', ofSecret({}), 'pass', 'rotation is on, next until 2027-01-30'],
    ['rotation-on', ofSecret({ nextAt: undefined }), 'pass', 'rotation is on'],
    ['rotation-on', ofSecret({ isRotationOn: false }), 'fail', 'rotation is turned off', DEPLOY],
    [
      'rotation-on',
      ofSecret({ nextAt: '2026-11-26T00:00:00.000Z' }),
      'fail',
      'a rotation was due by 2026-11-26, and has not succeeded',
      'Read the log of the rotation function, and rotate again',
    ],
    [
      'rotation-on',
      ofSecret({ nextAt: '2026-11-28T00:00:00.000Z' }),
      'pass',
      'rotation is on, next until 2026-11-28',
    ],
    ['password-age', ofSecret({}), 'pass', '27 days, since 2026-11-01'],
    [
      'password-age',
      ofSecret({ changedAt: '2026-08-29T12:00:00.000Z' }),
      'pass',
      '91 days, since 2026-08-29',
    ],
    [
      'password-age',
      ofSecret({ changedAt: '2026-08-28T12:00:00.000Z' }),
      'fail',
      '92 days, since 2026-08-28',
      ROTATE,
    ],
    [
      'password-age',
      ofSecret({ changedAt: undefined }),
      'cannot tell',
      'AWS tells no date of the secret',
    ],
  ])('%s of %j: %s', (id, facts, ...expected) => {
    expect(lineOf(id, facts)).toEqual(expected);
  });
});

const REST = 'Only a new cache can be encrypted with another key: restore a snapshot into one';
const TRANSIT = 'Set TransitEncryptionEnabled, with the mode `required`';

describe('The cache', () => {
  test.each<Case>([
    ['login-required', ofGroup({}), 'pass', 'one password for all clients'],
    ['login-required', ofGroup({ userGroups: ['jobs'] }), 'pass', 'users of jobs'],
    [
      'login-required',
      ofGroup({ hasAuthToken: false }),
      'fail',
      'neither',
      'Set an AUTH token, or attach a user group',
    ],
    ['transit-encryption-required', ofGroup({}), 'pass', 'required'],
    [
      'transit-encryption-required',
      ofGroup({ transitMode: 'preferred' }),
      'fail',
      'preferred',
      TRANSIT,
    ],
    ['transit-encryption-required', ofGroup({ isTransitEncrypted: false }), 'fail', 'off', TRANSIT],
    ['encrypted-at-rest', ofGroup({}), 'pass', KEY],
    ['encrypted-at-rest', ofGroup({ isEncryptedAtRest: false }), 'fail', 'not encrypted', REST],
    ['encrypted-at-rest', ofGroup({ keyId: undefined }), 'fail', 'the key is that of AWS', REST],
  ])('%s of %j: %s', (id, facts, ...expected) => {
    expect(lineOf(id, facts)).toEqual(expected);
  });

  test.each<[number | undefined, Purpose | undefined, string, string]>([
    [16, Purpose.QUEUE, 'pass', 'snapshots are kept for 16 days'],
    [0, Purpose.QUEUE, 'fail', 'snapshots are kept for 0 days'],
    [0, Purpose.SESSIONS, 'fail', 'snapshots are kept for 0 days'],
    [0, Purpose.CACHE, 'pass', 'a cache can be rebuilt'],
    [0, undefined, 'cannot tell', 'snapshots are kept for 0 days'],
    [undefined, Purpose.QUEUE, 'cannot tell', 'AWS does not tell'],
  ])('snapshots for %s days', (snapshotDays, purpose, verdict, evidence) => {
    const [seen, said] = lineOf('snapshots', ofGroup({ snapshotDays }), purpose);
    expect([seen, said]).toEqual([verdict, evidence]);
  });

  test.each<[ManagedFacts['isOpenToAll'], string, string, string?]>([
    [told(false), 'pass', 'no rule for the port lets in 0.0.0.0/0 or ::/0'],
    [
      told(true),
      'fail',
      'a rule for the port lets in 0.0.0.0/0 or ::/0',
      'Let in the security groups of clients',
    ],
    [
      untold('DescribeSecurityGroupRules failed'),
      'cannot tell',
      'DescribeSecurityGroupRules failed',
    ],
  ])('the groups of the network: %j', (isOpenToAll, ...expected) => {
    expect(lineOf('security-group-closed', { isOpenToAll })).toEqual(expected);
  });
});

const CONFIRM = 'Confirm the subscription: AWS sends a link to each address';
const SET_TOPIC = 'Set `shared.alarmEmail` or `shared.alarmTopic`, and deploy';

test.each<Case>([
  ['all', ofAlarms({}), 'pass', '9 alarms, all with a confirmed subscriber'],
  ['none', ofAlarms({ total: 0 }), 'fail', 'no alarms', DEPLOY],
  ['silent', ofAlarms({ silent: 2 }), 'fail', '2 of 9 alarms notify nobody', SET_TOPIC],
  [
    'a subscription that is not confirmed is none',
    ofAlarms({
      subscribers: new Map([
        ['a', 1],
        ['b', 0],
      ]),
    }),
    'fail',
    '1 topics of 9 alarms have no subscriber',
    CONFIRM,
  ],
  [
    'a topic that is not told',
    ofAlarms({
      subscribers: new Map([
        ['a', 1],
        ['b', undefined],
      ]),
    }),
    'cannot tell',
    '9 alarms; AWS does not tell who is subscribed',
  ],
  [
    'actions that are no topic',
    ofAlarms({ subscribers: new Map() }),
    'cannot tell',
    '9 alarms; AWS does not tell who is subscribed',
  ],
])('alarms: %s', (_, facts, ...expected) => {
  expect(lineOf('alarms-subscribed', facts)).toEqual(expected);
});

describe('Rules of security groups', () => {
  const ALL = { FromPort: -1, ToPort: -1 };
  const PORT = { FromPort: 6379, ToPort: 6379 };

  test.each<[string, readonly DescribedGroupRule[], boolean | undefined]>([
    ['none', [], false],
    ['every IPv4 address', [{ ...PORT, CidrIpv4: '0.0.0.0/0' }], true],
    ['every IPv6 address', [{ ...PORT, CidrIpv6: '::/0' }], true],
    ['every port', [{ ...ALL, CidrIpv4: '0.0.0.0/0' }], true],
    ['a rule without ports', [{ CidrIpv4: '0.0.0.0/0' }], true],
    ['a range', [{ FromPort: 6000, ToPort: 7000, CidrIpv6: '::/0' }], true],
    ['another port', [{ FromPort: 443, ToPort: 443, CidrIpv4: '0.0.0.0/0' }], false],
    ['going out', [{ ...ALL, IsEgress: true, CidrIpv4: '0.0.0.0/0' }], false],
    ['one network', [{ ...PORT, CidrIpv4: '10.0.0.0/16' }], false],
    ['a prefix list', [{ ...PORT, PrefixListId: 'pl-1' }], undefined],
    ['a prefix list that goes out', [{ ...ALL, IsEgress: true, PrefixListId: 'pl-1' }], false],
    [
      'a prefix list, and every address',
      [
        { ...PORT, PrefixListId: 'pl-1' },
        { ...PORT, CidrIpv4: '0.0.0.0/0' },
      ],
      true,
    ],
  ])('%s', (_, rules, isOpen) => {
    const fact = opennessOf(rules, 6379);
    expect(fact.isKnown ? fact.value : undefined).toBe(isOpen);
    if (!fact.isKnown) {
      expect(fact.why).toBe('a rule lets in the prefix list pl-1, whose addresses are not read');
    }
  });
});
