/** Proves which networks may be admitted, by a table that is typed by hand. */

import { CfnPrefixList, Peer, Port } from 'aws-cdk-lib/aws-ec2';
import { CfnParameter, Fn, Lazy, Stack } from 'aws-cdk-lib/core';
import { SecureRedis } from '../../../lib';
import { areOwnable, isAdmissible, isOwnable } from '../../../lib/rules/admitted-networks';
import { given, linesAfter, linesOf } from '../../support/rules';
import { makeApp } from '../../support/synth';

describe('Private networks may be admitted', () => {
  test.each([
    '10.0.0.0/8',
    '10.0.0.0/16',
    '10.1.2.3/32',
    '172.16.0.0/12',
    '172.31.255.0/24',
    '192.168.0.0/16',
    '100.64.0.0/10',
    '100.127.255.255/32',
    'fc00::/7',
    'fd12:3456:789a::/48',
    // The size of a VPC, and of one site.
    '2600:1f18:1234:5600::/56',
    '2a05:d018:1234::/48',
    '2A05:D018:1234:0:0:0:0:1/128',
  ])('%s', (cidr) => {
    expect(isAdmissible(cidr, [])).toBe(true);
  });
});

describe('The internet may not, in any spelling', () => {
  test.each([
    '0.0.0.0/0',
    '0.0.0.0/00',
    '0.0.0.0/1',
    '128.0.0.0/1',
    '000.000.000.000/0',
    '1.2.3.4/0',
    '0/0',
    '0.0.0.0',
    '*',
    '',
    ' 10.0.0.0/8',
    '10.0.0.0/7',
    '10.0.0.0/8 ',
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '10.0.0.0/8/0',
    // Some parsers read this as 8.0.0.0/8.
    '010.0.0.0/8',
    '0x0a.0.0.0/8',
    '10.0/8',
    '8.0.0.0/8',
    '52.0.0.0/8',
    '11.0.0.0/8',
    '9.255.255.255/32',
    '172.15.0.0/16',
    '172.32.0.0/16',
    '172.16.0.0/11',
    '192.167.0.0/16',
    '192.168.0.0/15',
    '100.63.0.0/16',
    '100.128.0.0/16',
    '100.64.0.0/9',
    '169.254.0.0/16',
    '127.0.0.0/8',
    '224.0.0.0/4',
    '203.0.113.7/32',
    '::/0',
    '::/1',
    '::0/0',
    '0:0:0:0:0:0:0:0/0',
    '0000:0000:0000:0000:0000:0000:0000:0000/0',
    '2000::/3',
    '8000::/1',
    '2600::/12',
    '2001:db8::/32',
    '2a05:d018:1200::/47',
    'fc00::/6',
    'fe80::/10',
    '::ffff:0.0.0.0/96',
    '::ffff:10.0.0.0/104',
    '64:ff9b::/96',
  ])('%j', (cidr) => {
    expect(isAdmissible(cidr, [])).toBe(false);
  });
});

describe('A network in `allowedNetworks` may be admitted', () => {
  test('and what is inside of it', () => {
    expect(isAdmissible('30.1.0.0/16', ['30.0.0.0/8'])).toBe(true);
    expect(isAdmissible('30.0.0.0/8', ['30.1.0.0/16'])).toBe(false);
    expect(isAdmissible('31.0.0.0/16', ['30.0.0.0/8'])).toBe(false);
    expect(isAdmissible('2600:1f18::/32', ['2600:1f18::/32'])).toBe(true);
  });

  test.each(['0.0.0.0/0', '30.0.0.0/7', '2000::/3', '2600::/31', 'office', 'sg-1'])(
    'but not %s, which cannot be owned',
    (network) => {
      expect(isOwnable(network)).toBe(false);
      expect(() => given({ allowedNetworks: [network] })).toThrow(
        /allowedNetworks\[0\]. must be a CIDR block of \/8 or longer, of IPv6 \/32 .* got/,
      );
    },
  );

  test('in `allowedNetworks`: a block, a prefix list, a value that only the deploy knows', () => {
    const allowedNetworks = ['30.0.0.0/8', 'pl-0123', Fn.importValue('Office')];
    const admit = (props: object) =>
      linesAfter(({ cache: { connections } }) => {
        connections.allowDefaultPortFrom(Peer.ipv4('30.1.0.0/16'));
        connections.allowDefaultPortFrom(Peer.prefixList('pl-0123'));
        connections.allowDefaultPortFrom(Peer.ipv4(Fn.importValue('Office')));
      }, props);
    expect(admit({ allowedNetworks })).toStrictEqual([]);
    expect(admit({})).toHaveLength(3);
  });

  describe('but not the internet, however it is written', () => {
    const admit = (network: string, allowedNetworks = [network]) =>
      linesAfter(
        ({ cache: { connections } }) => connections.allowDefaultPortFrom(Peer.ipv4(network)),
        { allowedNetworks },
      );

    test.each([
      ['a value made late', () => Lazy.string({ produce: () => '0.0.0.0/0' })],
      ['a joined text', () => Lazy.string({ produce: () => Fn.join('', ['0.0.0.0/', '0']) })],
      ['half of it', () => Lazy.string({ produce: () => '128.0.0.0/1' })],
    ])('%s', (_, network) => {
      const [line, ...others] = admit(network());
      expect(line).toMatch(
        /must be a network that one organization owns, in `allowedNetworks` too/,
      );
      expect(others).toStrictEqual([]);
    });

    test('a parameter that allows it', () => {
      const lines = linesAfter(
        ({ stack, cache: { connections } }) => {
          new CfnParameter(stack, 'Office', { allowedValues: ['30.0.0.0/8', '0.0.0.0/0'] });
          connections.allowDefaultPortFrom(Peer.ipv4(Fn.ref('Office')));
        },
        { allowedNetworks: [Fn.ref('Office')] },
      );
      expect(lines).toHaveLength(1);
    });

    test('in parts that together are too large', () => {
      const parts = (count: number) => Array.from({ length: count }, (_, n) => `${n}.0.0.0/8`);
      expect(admit('8.0.0.0/8', parts(256))).toHaveLength(1);
      expect(admit('8.0.0.0/8', parts(16))).toStrictEqual([]);
      expect(areOwnable(parts(17))).toBe(false);
      expect(areOwnable(['2600::/32', ...parts(16), '30.0.0.0/16'])).toBe(false);
      expect(areOwnable(['2600::/32', ...parts(16)])).toBe(true);
    });

    test('in a prefix list of the app', () => {
      const lines = (cidr: string) => {
        const app = makeApp();
        const stack = new Stack(app, 'Data');
        const list = new CfnPrefixList(stack, 'List', {
          addressFamily: 'IPv4',
          prefixListName: 'list',
          maxEntries: 5,
          entries: [{ cidr: '10.0.0.0/8' }, { cidr }],
        });
        const id = list.attrPrefixListId;
        const { connections } = new SecureRedis(stack, 'Cache', { allowedNetworks: [id] });
        connections.allowDefaultPortFrom(Peer.prefixList(id));
        return linesOf({ app });
      };
      expect(lines('30.0.0.0/8')).toStrictEqual([]);
      expect(lines('0.0.0.0/0')).toHaveLength(1);
      expect(lines('0.0.0.0/1')).toHaveLength(1);
    });
  });

  test('in a prefix list of the app, whose entries are judged', () => {
    const lines = (cidrs: readonly string[], allowedNetworks: string[] = []) =>
      linesAfter(
        ({ stack, cache }) => {
          const list = new CfnPrefixList(stack, 'List', {
            addressFamily: 'IPv4',
            prefixListName: 'list',
            maxEntries: 5,
            entries: cidrs.map((cidr) => ({ cidr })),
          });
          const peer = Peer.prefixList(list.attrPrefixListId);
          cache.connections.allowFrom(peer, Port.tcp(6380));
        },
        { allowedNetworks },
      );
    expect(lines(['10.0.0.0/8', '192.168.1.0/24'])).toStrictEqual([]);
    expect(lines(['30.1.0.0/16'], ['30.0.0.0/8'])).toStrictEqual([]);
    expect(lines(['10.0.0.0/8', '0.0.0.0/0'])).toHaveLength(1);
  });
});
