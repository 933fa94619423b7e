/** Where a port is open: the table of Linux, and the lines of `verify` about addresses. */

import os from 'node:os';
import { told, untold } from '../../../cli/verify/server/fact';
import { networkLines } from '../../../cli/verify/server/network-lines';
import { isLoopback, listenersIn } from '../../../cli/verify/server/read-network';
import type { NetworkFacts, ServerFacts } from '../../../cli/verify/server/server-facts';

afterEach(() => jest.restoreAllMocks());

const HEAD = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid';
const table = (local: string, state = '0A') =>
  `${HEAD}\n   0: ${local} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000     0`;

describe('A table of /proc/net of a little-endian machine', () => {
  test.each([
    ['0100007F:18EB', '127.0.0.1'],
    ['00000000:18EB', '0.0.0.0'],
    ['0500000A:18EB', '10.0.0.5'],
    ['00000000000000000000000000000000:18EB', '::'],
    ['00000000000000000000000001000000:18EB', '::1'],
    ['B80D0120000000000000000001000000:18EB', '2001:db8::1'],
    ['0000000000000000FFFF00000100007F:18EB', '::ffff:127.0.0.1'],
    ['000080FE00000000FF005450B6AD1DFE:18EB', 'fe80::5054:ff:fe1d:adb6'],
  ])('%s: %s', (local, address) => {
    jest.spyOn(os, 'endianness').mockReturnValue('LE');
    expect(listenersIn(table(local), 6379)).toEqual([address]);
  });

  test('other ports, other states and other texts are left out', () => {
    expect(listenersIn(table('0100007F:18EC'), 6379)).toEqual([]);
    expect(listenersIn(table('0100007F:18EB', '01'), 6379)).toEqual([]);
    expect(listenersIn('no table\n\n: : :', 6379)).toEqual([]);
    expect(listenersIn(table('0100007F:0050'), 80)).toEqual(['127.0.0.1']);
  });

  test('a listener on a mapped IPv4 address of loopback is on loopback', () => {
    expect(isLoopback('::ffff:127.0.0.1')).toBe(true);
    expect(isLoopback('::ffff:10.0.0.5')).toBe(false);
  });
});

describe('A table of a big-endian machine', () => {
  test.each([
    ['7F000001:18EB', '127.0.0.1'],
    ['00000000000000000000000000000001:18EB', '::1'],
    ['20010DB8000000000000000000000001:18EB', '2001:db8::1'],
  ])('%s: %s', (local, address) => {
    jest.spyOn(os, 'endianness').mockReturnValue('BE');
    expect(listenersIn(table(local), 6379)).toEqual([address]);
  });
});

const NO_LIST = untold('this machine does not show who listens on the port');
const NO_CONFIG = untold('CONFIG GET is answered by NOPERM', 'Verify with a login');
const HERE: NetworkFacts = {
  addresses: ['127.0.0.1'],
  isThisMachine: true,
  listening: NO_LIST,
  others: [],
  bind: NO_CONFIG,
};
const THERE: Partial<NetworkFacts> = { addresses: ['10.0.0.9'], isThisMachine: false };
const closed = { address: '10.0.0.5', isOpen: false };
const open = { address: '10.0.0.5', isOpen: true };

function lineAbout(change: Partial<NetworkFacts>, id = 'port-binding') {
  const facts = {
    network: { ...HERE, ...change },
    target: { host: 'redis', port: 6379, isTls: false },
    logins: { noLogin: told('refused') },
    session: { isProtected: untold('not asked') },
  } as unknown as ServerFacts;
  const { verdict, evidence } = networkLines(facts).find((line) => line.id === id) ?? {};
  return [verdict, evidence];
}

describe('The port is not open on all addresses', () => {
  test.each<[string, Partial<NetworkFacts>, string, string]>([
    [
      'loopback listens',
      { listening: told(['127.0.0.1', '::1']), others: [open], bind: told(['*']) },
      'pass',
      'this machine listens on 127.0.0.1, ::1',
    ],
    ['all listen', { listening: told(['::']) }, 'fail', 'this machine listens on ::'],
    [
      'no listener is shown, and CONFIG is refused: addresses are closed',
      { others: [closed, { address: '2001:db8::1', isOpen: false }] },
      'pass',
      '10.0.0.5 closed, 2001:db8::1 closed',
    ],
    ['and one is open', { others: [closed, open] }, 'fail', '10.0.0.5 closed, 10.0.0.5 open'],
    [
      'a container that is published on loopback binds all of its own',
      { others: [closed], bind: told(['*', '-::*']) },
      'pass',
      '10.0.0.5 closed',
    ],
    ['no other address, and it binds all', { bind: told(['*']) }, 'fail', 'the server binds *'],
    ['no other address, and loopback', { bind: told(['::1']) }, 'pass', 'the server binds ::1'],
    ['nothing tells', {}, 'pass', 'this machine has loopback addresses only'],
    [
      'another machine binds all, perhaps of a container',
      { ...THERE, bind: told(['*', '-::*']) },
      'cannot tell',
      'the server binds *, -::*; in a container, these are the addresses of its network only',
    ],
    [
      'another machine binds one',
      { ...THERE, bind: told(['10.0.0.9']) },
      'pass',
      'the server binds 10.0.0.9',
    ],
    ['another machine does not tell', THERE, 'cannot tell', 'CONFIG GET is answered by NOPERM'],
  ])('%s', (_, change, verdict, evidence) => {
    expect(lineAbout(change)).toEqual([verdict, evidence]);
  });
});

describe('The port is closed on the other addresses', () => {
  test.each<[string, Partial<NetworkFacts>, string, string]>([
    ['one is open', { others: [open] }, 'fail', '10.0.0.5 open'],
    ['all are closed', { others: [closed] }, 'pass', '10.0.0.5 closed'],
    ['there is none', {}, 'pass', 'this machine has loopback addresses only'],
    ['of another machine', THERE, 'cannot tell', 'the server is on another machine'],
  ])('%s', (_, change, verdict, evidence) => {
    expect(lineAbout(change, 'other-addresses')).toEqual([verdict, evidence]);
  });
});
