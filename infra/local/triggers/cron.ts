import { TemplateError } from '../template/resolver.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const UNIT_MS: Readonly<Record<string, number>> = { minute: MINUTE_MS, hour: 3_600_000, day: DAY_MS };
const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
/** A day that fits must come within this time (29 February, at most 8 years apart), or the expression never fits. */
const HORIZON_DAYS = 366 * 9;

type Fields = 'minute' | 'hour' | 'day' | 'month' | 'weekday' | 'year';
/** For each field the values that fit, or undefined for `?` and `*` days, which leave the choice to the other day field. */
type Cron = Readonly<Record<Fields, ReadonlySet<number>>> & { readonly lastDay: boolean };

/**
 * When a schedule fires next after a moment: `rate(5 minutes)` on whole multiples since 1970, so that restarts do not
 * shift it; `cron(minutes hours day-of-month month day-of-week year)` by EventBridge's rules, in UTC
 * (https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html).
 * `offsetMs` moves a cron schedule into a zone with a fixed offset. Undefined when it never fires again.
 */
export function nextRun(expression: string, afterMs: number, offsetMs = 0): number | undefined {
  const rate = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression);
  if (rate !== null) {
    const periodMs = Number(rate[1]) * (UNIT_MS[rate[2] ?? ''] ?? 0);
    if (periodMs <= 0) throw new TemplateError(`not a rate: ${expression}`);
    return (Math.floor(afterMs / periodMs) + 1) * periodMs;
  }
  const next = nextCron(parseCron(expression), afterMs + offsetMs);
  return next === undefined ? undefined : next - offsetMs;
}

function nextCron(cron: Cron, afterMs: number): number | undefined {
  const firstMs = (Math.floor(afterMs / MINUTE_MS) + 1) * MINUTE_MS;
  const midnightMs = Math.floor(firstMs / DAY_MS) * DAY_MS;
  for (let day = 0; day <= HORIZON_DAYS; day += 1) {
    const dayMs = midnightMs + day * DAY_MS;
    if (!dayFits(cron, new Date(dayMs))) continue;
    for (const hour of cron.hour) {
      for (const minute of cron.minute) {
        const ms = dayMs + (hour * 60 + minute) * MINUTE_MS;
        if (ms >= firstMs) return ms;
      }
    }
  }
  return undefined;
}

function dayFits(cron: Cron, date: Date): boolean {
  const isLast = new Date(date.getTime() + DAY_MS).getUTCMonth() !== date.getUTCMonth();
  return (
    cron.year.has(date.getUTCFullYear()) &&
    cron.month.has(date.getUTCMonth() + 1) &&
    cron.weekday.has(date.getUTCDay() + 1) &&
    (cron.lastDay ? isLast : cron.day.has(date.getUTCDate()))
  );
}

function parseCron(expression: string): Cron {
  const fields = /^cron\((.+)\)$/.exec(expression)?.[1]?.trim().split(/\s+/) ?? [];
  const [minute, hour, day, month, weekday, year] = fields;
  if (fields.length !== 6 || minute === undefined || hour === undefined || day === undefined || month === undefined || weekday === undefined || year === undefined) {
    throw new TemplateError(`not a schedule: ${expression}`);
  }
  // EventBridge refuses an expression that names both days, or neither by `?`.
  if ((day === '?') === (weekday === '?')) throw new TemplateError(`exactly one of the day fields must be ?: ${expression}`);
  return {
    minute: values(minute, 0, 59),
    hour: values(hour, 0, 23),
    day: values(day === 'L' ? '*' : day, 1, 31),
    lastDay: day === 'L',
    month: values(named(month, MONTHS), 1, 12),
    weekday: values(named(weekday, WEEKDAYS), 1, 7),
    year: values(year, 1970, 2199),
  };
}

function named(field: string, names: readonly string[]): string {
  return field.replace(/[A-Z]{3}/gi, (name) => {
    const index = names.indexOf(name.toUpperCase());
    if (index < 0) throw new TemplateError(`not a name in a cron field: ${name}`);
    return String(index + 1);
  });
}

/** `*`, `?`, `5`, `1-5`, `1,3`, `0/15`, `10-50/10`; ascending. L in weekdays, W and # are not known here. */
function values(field: string, low: number, high: number): ReadonlySet<number> {
  const found = field.split(',').flatMap((part) => {
    const parts = /^(?:([*?])|(\d+)(?:-(\d+))?)(?:\/(\d+))?$/.exec(part);
    if (parts === null) throw new TemplateError(`the local runtime does not know the cron field ${field}`);
    const [, any, from, to, step] = parts;
    const start = any === undefined ? Number(from) : low;
    const end = to === undefined ? (any !== undefined || step !== undefined ? high : start) : Number(to);
    const stride = Number(step ?? 1);
    if (start < low || end > high || start > end || stride < 1) throw new TemplateError(`out of range in a cron field: ${field}`);
    return Array.from({ length: Math.floor((end - start) / stride) + 1 }, (_each, index) => start + index * stride);
  });
  return new Set(found.toSorted((a, b) => a - b));
}
