/** Kinds of parameter values of the engine: as text, and as a test. */

import { wholeNumber } from '../../validation/limits';
import { anyOf } from '../../validation/must-be';

export interface ParameterKind {
  readonly allowed: string;
  readonly accepts: (value: string) => boolean;
}

export const whole = (min: number, max = Number.MAX_SAFE_INTEGER): ParameterKind => ({
  allowed:
    max === Number.MAX_SAFE_INTEGER ? `an integer of ${min} or more` : wholeNumber({ min, max }),
  accepts: (value) => /^-?\d{1,16}$/.test(value) && Number(value) >= min && Number(value) <= max,
});

export const oneOf = (...values: readonly string[]): ParameterKind => ({
  allowed: anyOf(values.map((value) => `"${value}"`)),
  accepts: (value) => values.includes(value),
});

export const YES_OR_NO = oneOf('yes', 'no');

export const IDLE_SECONDS: ParameterKind = {
  allowed: '"0" for never, or an integer of 20 or more',
  accepts: (value) => value === '0' || whole(20).accepts(value),
};

/** Without K or E, ElastiCache accepts the value and silently sends no event. */
export const KEYSPACE_EVENTS: ParameterKind = {
  allowed: 'empty, or letters of KEg$lshzxetdmnA with K or E among them',
  accepts: (value) => value === '' || (/^[KEg$lshzxetdmnA]+$/.test(value) && /[KE]/.test(value)),
};

export const LIST_NODE_SIZE: ParameterKind = {
  allowed: 'an integer from -5 to -1, or of 1 or more',
  accepts: (value) => whole(-5).accepts(value) && value !== '0',
};

export const EVICTION_POLICY = oneOf(
  'volatile-lru',
  'allkeys-lru',
  'volatile-lfu',
  'allkeys-lfu',
  'volatile-random',
  'allkeys-random',
  'volatile-ttl',
  'noeviction',
);
