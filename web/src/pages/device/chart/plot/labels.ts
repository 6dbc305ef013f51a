/** The labels of a time axis: the time of day, and below it the date where a day begins and at the first label. */

import { type Tick, ticksOf } from "../data/ticks";
import type { Range } from "../data/range";

export interface LabelledTick {
  readonly at: number;
  readonly text: string;
}

const LABEL_PIXELS = 64;
const MINUTE = 60_000;

/** Returns ticks with their labels, as many as there is room for. */
export function labelledTicks(range: Range, width: number, locale: string, timeZone: string): LabelledTick[] {
  const ticks = ticksOf(range, Math.max(2, Math.floor(width / LABEL_PIXELS)), timeZone);
  const date = new Intl.DateTimeFormat(locale, { timeZone, month: "short", day: "numeric" });
  const time = new Intl.DateTimeFormat(locale, { timeZone, ...timeParts(ticks) });
  if (ticks.every(({ isDay }) => isDay)) return ticks.map(({ at }) => ({ at, text: date.format(at) }));
  return ticks.map(({ at, isDay }, index) => {
    const text = time.format(at);
    return { at, text: isDay || index === 0 ? `${text}\n${date.format(at)}` : text };
  });
}

function timeParts(ticks: readonly Tick[]): Intl.DateTimeFormatOptions {
  const minutes = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;
  return ticks.some(({ at }) => at % MINUTE !== 0) ? { ...minutes, second: "2-digit" } : minutes;
}
