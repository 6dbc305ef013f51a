/** The ticks of a time axis, at round times of a time zone, and how many there is room for. */

import type { Range } from "./range";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Steps that people count in. Hours and days are those of the clock on the wall. */
const STEPS = [
  ...[1, 2, 5, 10, 15, 30].map((seconds) => seconds * 1000),
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR),
  ...[1, 2, 5, 7, 14, 30].map((days) => days * DAY),
];
const LONGEST = 60 * DAY;
const TICKS_MAX = 100;

export interface Tick {
  readonly at: number;
  /** Whether a day begins here. */
  readonly isDay: boolean;
}

/** Returns the ticks in a range, at most so many. */
export function ticksOf(range: Range, countMax: number, timeZone: string): Tick[] {
  const wall = wallClock(timeZone);
  const step = STEPS.find((each) => (range.to - range.from) / each <= countMax) ?? LONGEST;
  const ticks: Tick[] = [];
  // Counted on the wall, so that midnight stays midnight where a day has 23 or 25 hours.
  let onWall = Math.ceil(wall.at(range.from) / step) * step;
  while (ticks.length < TICKS_MAX) {
    const at = wall.instant(onWall);
    if (at > range.to) break;
    // The wall has no such time where the clock is put forward.
    if (wall.at(at) === onWall && at >= range.from) ticks.push({ at, isDay: onWall % DAY === 0 });
    onWall += step;
  }
  return ticks;
}

/** Times on the wall are milliseconds as if the zone were UTC. */
function wallClock(timeZone: string) {
  const format = new Intl.DateTimeFormat("en", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });

  function at(instant: number): number {
    const parts = Object.fromEntries(format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]));
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
    return Date.UTC(year, month - 1, day, hour, minute, second) + (((instant % 1000) + 1000) % 1000);
  }

  /** Returns the first instant at which the wall shows a time. */
  function instant(onWall: number): number {
    const guesses = [onWall - offset(onWall - DAY), onWall - offset(onWall + DAY)];
    return guesses.find((guess) => at(guess) === onWall) ?? Math.max(...guesses);
  }

  const offset = (moment: number): number => at(moment) - moment;
  return { at, instant };
}
