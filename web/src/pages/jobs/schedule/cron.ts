/** Reads the usual forms of a cron expression, so that a schedule can be shown in words. */

/** On which days a schedule runs. Sunday is 0. */
export type CronDays = { kind: "daily" } | { kind: "week"; days: number[] } | { kind: "month"; days: number[] };

/** At which times of such a day. */
export type CronTimes =
  | { kind: "minutes"; every: number; hours?: [from: number, to: number] }
  | { kind: "hours"; every: number; minute: number }
  | { kind: "clock"; times: string[] };

export interface CronWords {
  days: CronDays;
  times: CronTimes;
}

const TIMES_MAX = 4;
const ALL = "*";

/** Returns what a cron expression means, or undefined if it has no short words: then its text says it better. */
export function readCron(expression: string): CronWords | undefined {
  const [minute, hour, dayOfMonth, month, dayOfWeek, ...more] = expression.trim().split(/\s+/);
  if (minute === undefined || hour === undefined || dayOfMonth === undefined || dayOfWeek === undefined)
    return undefined;
  if (month !== ALL || more.length > 0) return undefined;
  const days = readDays(dayOfMonth, dayOfWeek);
  const times = readTimes(minute, hour);
  return days && times && { days, times };
}

function readDays(dayOfMonth: string, dayOfWeek: string): CronDays | undefined {
  if (dayOfMonth === ALL && dayOfWeek === ALL) return { kind: "daily" };
  // Where both are given, cron runs on the days of either: there are no short words for that.
  if (dayOfMonth !== ALL && dayOfWeek !== ALL) return undefined;
  if (dayOfWeek === ALL) {
    const days = numbers(dayOfMonth, 1, 31);
    return days && { kind: "month", days };
  }
  const days = numbers(dayOfWeek, 0, 7)?.map((day) => day % 7);
  return days && { kind: "week", days: [...new Set(days)].sort((a, b) => (a || 7) - (b || 7)) };
}

function readTimes(minute: string, hour: string): CronTimes | undefined {
  const everyMinutes = step(minute, 60);
  if (everyMinutes !== undefined) return everyFewMinutes(everyMinutes, hour);
  const minutes = numbers(minute, 0, 59);
  if (minutes === undefined) return undefined;
  const everyHours = step(hour, 24);
  const [only, ...others] = minutes;
  if (everyHours !== undefined && only !== undefined && others.length === 0) {
    return { kind: "hours", every: everyHours, minute: only };
  }
  return clockTimes(minutes, numbers(hour, 0, 23));
}

function everyFewMinutes(every: number, hour: string): CronTimes | undefined {
  if (hour === ALL) return { kind: "minutes", every };
  const range = /^(\d+)-(\d+)$/.test(hour) ? numbers(hour, 0, 23) : undefined;
  const [from, to] = [range?.at(0), range?.at(-1)];
  return from === undefined || to === undefined ? undefined : { kind: "minutes", every, hours: [from, to] };
}

function clockTimes(minutes: number[], hours: number[] | undefined): CronTimes | undefined {
  if (hours === undefined || hours.length * minutes.length > TIMES_MAX) return undefined;
  const times = hours.flatMap((hour) => minutes.map((minute) => clock(hour, minute)));
  return { kind: "clock", times: times.sort() };
}

/** Returns a time of day, for example 02:30. */
export function clock(hour: number, minute: number): string {
  return `${String(hour).padStart(2, "0")}:${String(minute).padStart(2, "0")}`;
}

/** Returns n of `*` + `/n`; undefined where the steps do not fit into the unit, because they are uneven then. */
function step(text: string, unit: number): number | undefined {
  if (text === ALL) return 1;
  const every = Number(/^\*\/(\d+)$/.exec(text)?.[1]);
  return every > 0 && unit % every === 0 ? every : undefined;
}

/** Returns the numbers of a list such as 1,3-5; undefined if it is another form or out of bounds. */
function numbers(text: string, min: number, max: number): number[] | undefined {
  if (!/^\d+(-\d+)?(,\d+(-\d+)?)*$/.test(text)) return undefined;
  const found = text.split(",").flatMap((part) => {
    const [from = NaN, to = from] = part.split("-").map(Number);
    return Array.from({ length: Math.min(to - from + 1, max + 1) }, (_, index) => from + index);
  });
  return found.length > 0 && found.every((each) => each >= min && each <= max) ? found : undefined;
}
