/** The longest time between two rotations of a schedule of Secrets Manager, in days. Pure. */

const MONTHS = 'JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC'.split(' ');
const DAYS_OF_MONTH = 31;
/** By how much a weekday moves in a month. */
const DAYS_OF_WEEKDAY = 6;
/** Days that some months do not have. */
const LATE_DAY = /^(29|30|31)$|#5$/;

/** `undefined` for a schedule that is not understood. */
export function longestInterval(schedule: string): number | undefined {
  const [, amount, unit] = /^rate\((\d+) (days?|hours?)\)$/.exec(schedule) ?? [];
  if (amount !== undefined) return unit?.startsWith('hour') ? Number(amount) / 24 : Number(amount);
  const fields = /^cron\((.+)\)$/.exec(schedule)?.[1]?.trim().split(/\s+/) ?? [];
  const [, , day = '', month = '', weekday = '', year] = fields;
  if (fields.length !== 6 || year !== '*') return undefined;
  const months = monthsIn(month.toUpperCase());
  if (months === undefined) return undefined;
  const skipped = LATE_DAY.test(day) || LATE_DAY.test(weekday) ? 1 : 0;
  const moved = weekday === '?' || weekday === '*' ? 0 : DAYS_OF_WEEKDAY;
  return (longestGap(months) + skipped) * DAYS_OF_MONTH + moved;
}

/** Numbers from 1 to 12, sorted. */
function monthsIn(field: string): readonly number[] | undefined {
  const found = new Set<number>();
  for (const part of field.split(',')) {
    const [range = '', step = '1'] = part.split('/');
    const [from = '', to = part.includes('/') ? '12' : from] =
      range === '*' ? ['1', '12'] : range.split('-');
    const [first, last, by] = [monthOf(from), monthOf(to), Number(step)];
    if (!(first >= 1 && last >= first && last <= 12 && by >= 1)) return undefined;
    for (let each = first; each <= last; each += by) found.add(each);
  }
  return Array.from(found).sort((a, b) => a - b);
}

function monthOf(text: string): number {
  const index = MONTHS.indexOf(text);
  return index >= 0 ? index + 1 : /^\d+$/.test(text) ? Number(text) : Number.NaN;
}

function longestGap(months: readonly number[]): number {
  const [first = 0] = months;
  const next = [...months.slice(1), first + 12];
  return Math.max(...months.map((month, index) => (next[index] ?? 0) - month));
}
