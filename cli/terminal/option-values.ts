/** Parses the values of options; invalid values are rejected before any request to AWS. */

import { InvalidArgumentError } from 'commander';

const MINUTES_MAX = 24 * 60;

export function region(given: string): string {
  if (/^[a-z]{2,5}(-[a-z]+){1,3}-\d{1,2}$/.test(given)) return given;
  throw new InvalidArgumentError('It must be the name of a region, such as eu-central-1.');
}

export function profile(given: string): string {
  if (given.trim() !== '') return given;
  throw new InvalidArgumentError('It must be the name of a profile of your AWS configuration.');
}

export function minutes(given: string): number {
  return within(given, MINUTES_MAX, 'minutes');
}

export function seconds(given: string): number {
  return within(given, 60, 'seconds');
}

function within(given: string, max: number, unit: string): number {
  const value = Number(given);
  if (given.trim() !== '' && value > 0 && value <= max) return value;
  throw new InvalidArgumentError(`It must be more than 0 and at most ${max} ${unit}.`);
}
