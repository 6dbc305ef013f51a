/** The points of a field: one per window, or one per reading. */

import type { HistoryReading, ReadingWindow, StateSpan, Value } from "@/api";
import type { Range } from "./range";

export interface Point {
  /** Where it is drawn: in the middle of the part of the window of which something is known. */
  readonly at: number;
  /** The window. A reading has a window without length. */
  readonly start: number;
  readonly end: number;
  readonly min: number;
  readonly avg: number;
  readonly max: number;
}

/** A window without a value of the field is a gap. */
export type PointOrGap = Point | null;

const UNITS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Returns the length of an interval such as 15m in milliseconds; of days, that of usual ones. */
export function intervalLength(interval: string): number {
  const [, count = "0", unit = "s"] = /^(\d+)(\w+)$/.exec(interval) ?? [];
  return Number(count) * (UNITS[unit] ?? 0);
}

/**
 * Returns the points of windows, which must follow each other without omission.
 *
 * @param silences when nothing is known of the device, in order.
 */
export function pointsOfWindows(
  windows: readonly ReadingWindow[],
  field: string,
  interval: string,
  range: Range,
  silences: readonly Range[],
): PointOrGap[] {
  const starts = windows.map(({ start }) => Date.parse(start));
  return windows.map(({ values }, index) => {
    const start = starts[index] ?? 0;
    // Not the length of the interval: days may have 23 or 25 hours.
    const end = starts[index + 1] ?? start + intervalLength(interval);
    const at = middleOfKnown({ from: Math.max(start, range.from), to: Math.min(end, range.to) }, silences);
    return at === undefined ? null : pointOf(values[field] ?? {}, { at, start, end });
  });
}

function pointOf(values: Record<string, Value>, place: Pick<Point, "at" | "start" | "end">): PointOrGap {
  const [min, avg, max] = [numberOf(values["min"]), numberOf(values["avg"]), numberOf(values["max"])];
  return min === null || avg === null || max === null ? null : { ...place, min, avg, max };
}

/** Returns the points of readings. A reading without the field is a gap. */
export function pointsOfReadings(readings: readonly HistoryReading[], field: string): PointOrGap[] {
  return readings.map(({ ts, values }) => {
    const value = numberOf(values[field]);
    const at = Date.parse(ts);
    return value === null ? null : { at, start: at, end: at, min: value, avg: value, max: value };
  });
}

/** 64-bit integers are texts of digits. */
function numberOf(value: Value | undefined): number | null {
  if (value === null || value === undefined || value === "" || typeof value === "boolean") return null;
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}

/** Returns when the device was silent. */
export function silencesOf(spans: readonly StateSpan[]): Range[] {
  return spans
    .filter(({ kind }) => kind === "silent")
    .map(({ start, end }) => ({ from: Date.parse(start), to: Date.parse(end) }));
}

/** Returns the parts of a range that are outside of silences. */
export function knownParts({ from, to }: Range, silences: readonly Range[]): Range[] {
  const parts: Range[] = [];
  let begin = from;
  for (const silence of silences) {
    if (silence.to <= from || silence.from >= to) continue;
    if (silence.from > begin) parts.push({ from: begin, to: silence.from });
    begin = Math.max(begin, silence.to);
  }
  if (begin < to) parts.push({ from: begin, to });
  return parts;
}

/** Returns the middle of the longest part of a window of which something is known, if there is one. */
function middleOfKnown(window: Range, silences: readonly Range[]): number | undefined {
  const length = ({ from, to }: Range): number => to - from;
  const [first, ...others] = knownParts(window, silences);
  const longest = others.reduce((best, each) => (best && length(best) >= length(each) ? best : each), first);
  return longest && (longest.from + longest.to) / 2;
}
