/** The time axis of the lanes: which part of the run is on show, and where a moment stands in it. */

/** The part of the axis on show, in milliseconds from the start of the run. */
export interface Range {
  from: number;
  to: number;
}

const SHORTEST_MILLISECONDS = 1;
const TICK_PIXELS_MIN = 80;
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Steps between ticks that people count in, in milliseconds. */
const STEPS = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((seconds) => seconds * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR),
  ...[1, 2, 7].map((days) => days * DAY),
];
const LONGEST_STEP = 7 * DAY;

/** Returns where a moment stands, in pixels from the left. */
export function position(moment: number, range: Range, width: number): number {
  return ((moment - range.from) / (range.to - range.from)) * width;
}

/** Returns the end of the axis: with a little room, and while the run goes on in steps, so that the picture does not shrink each second. */
export function axisEnd(last: number, open: boolean): number {
  const needed = Math.max(last, SHORTEST_MILLISECONDS * 10);
  return open ? stepAbove(needed * 1.05) : needed * 1.02;
}

function stepAbove(value: number): number {
  return STEPS.find((each) => each >= value) ?? Math.ceil(value / LONGEST_STEP) * LONGEST_STEP;
}

/** Returns the moments of the ticks in a range. */
export function ticks(range: Range, width: number): number[] {
  const step = stepAbove((range.to - range.from) / Math.max(1, Math.floor(width / TICK_PIXELS_MIN)));
  const first = Math.ceil(range.from / step);
  const count = Math.max(0, Math.floor(range.to / step) - first + 1);
  return Array.from({ length: count }, (_, index) => (first + index) * step);
}

/** Returns the range zoomed by a factor (below 1 shows less), where a moment keeps its place; never outside the whole. */
export function zoomed(range: Range, factor: number, at: number, whole: Range): Range {
  const length = Math.max((range.to - range.from) * factor, SHORTEST_MILLISECONDS);
  const share = (at - range.from) / (range.to - range.from);
  return within({ from: at - share * length, to: at + (1 - share) * length }, whole);
}

/** Returns the range moved by a share of its length; never outside the whole. */
export function panned(range: Range, share: number, whole: Range): Range {
  const by = (range.to - range.from) * share;
  return within({ from: range.from + by, to: range.to + by }, whole);
}

/** Returns the range around a segment, with room on both sides. */
export function around(start: number, end: number, whole: Range): Range {
  const length = Math.max(end - start, SHORTEST_MILLISECONDS);
  return within({ from: start - length / 2, to: start + length * 1.5 }, whole);
}

function within(range: Range, whole: Range): Range {
  const length = range.to - range.from;
  if (length >= whole.to - whole.from) return whole;
  const from = Math.min(Math.max(range.from, whole.from), whole.to - length);
  return { from, to: from + length };
}
