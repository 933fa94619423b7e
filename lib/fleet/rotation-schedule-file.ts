/** The schema of `rotationSchedule` in a stage file. */

import { DAYS } from '../settings/elasticache/windows';
import { EVERY_MONTHS, EVERY_MONTHS_DEFAULT, HOUR } from '../settings/rotation-schedule';
import { choice, integer, object } from './schema-parts';

export const ROTATION_SCHEDULE = object(
  'an object with `weekday` and `hour`, like { "weekday": "tue", "hour": 9, "everyMonths": 2 }',
  {
    weekday: choice(DAYS),
    hour: integer(HOUR, ''),
    everyMonths: integer(EVERY_MONTHS, 'months', { default: EVERY_MONTHS_DEFAULT }),
  },
  { required: ['weekday', 'hour'] },
);
