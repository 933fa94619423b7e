/** The settings of a cache of a stage file are resolved once, and again where its props changed. */

import { Fleet, SettingError } from '../../lib';
import { checkedConfig } from '../../lib/fleet/stage-config';
import { makeApp } from '../support/synth';

const mockResolved = jest.fn();

jest.mock('../../lib/cache/cache-settings', () => {
  const actual = jest.requireActual('../../lib/cache/cache-settings');
  return {
    ...actual,
    resolveSettings: (...given: unknown[]) => {
      mockResolved();
      return actual.resolveSettings(...given);
    },
  };
});

const FILE = {
  shared: { network: {}, encryptionKey: {}, alarmTopic: {} },
  defaults: { parameters: { timeout: '60' } },
  caches: { one: { port: 6380 }, two: { eventTopic: true } },
};

const config = () => checkedConfig('config/test.json', 'test', FILE);

beforeEach(() => {
  mockResolved.mockClear();
});

test('once per cache of a stage file, with what the file says', () => {
  const { caches } = new Fleet(makeApp(), 'Fleet', config());
  expect(mockResolved).toHaveBeenCalledTimes(2);
  expect(caches.get('one')?.port).toBe(6380);
});

test('props that a program changed are checked by the construct', () => {
  const read = config();
  const caches = read.caches.map((each) => ({ ...each, props: { ...each.props, port: 80 } }));
  const make = () => new Fleet(makeApp(), 'Fleet', { ...read, caches });
  expect(make).toThrow(SettingError);
  expect(make).toThrow('Fleet/one/Cache: `port` must be an integer from 1024 to 65535, got 80.');
});

test('props that were read cannot be changed after their check', () => {
  const [cache] = config().caches;
  const write = (value: object | undefined, name: string) => () =>
    Object.assign(value as object, { [name]: 80 });
  expect(write(cache?.props, 'port')).toThrow(TypeError);
  expect(write(cache?.props.parameters, 'timeout')).toThrow(TypeError);
});
