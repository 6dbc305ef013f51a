/** The waits between the attempts of a run, as bars (actual) and a line (planned). */

import type { Segment } from "../lanes/geometry/model";

export interface RetryBar {
  attempt: number;
  /** In seconds; null for a wait that nothing planned. */
  planned: number | null;
  actual: number;
  open: boolean;
  category: Segment["category"];
  x: number;
  /** Heights in pixels. */
  plannedHeight: number;
  actualHeight: number;
}

export const COLUMN_PIXELS = 124;
const HEIGHT_MIN = 2;

/** Returns a bar per wait; the longest wait, planned or actual, has the whole height. */
export function retryBars(segments: Segment[], height: number): RetryBar[] {
  const waits = segments.filter((each) => each.kind === "wait").map(waitOf);
  const longest = Math.max(0.001, ...waits.map((each) => Math.max(each.actual, each.planned ?? 0)));
  const pixels = (seconds: number): number => Math.max(HEIGHT_MIN, (seconds / longest) * height);
  return waits.map((wait, index) => ({
    ...wait,
    x: index * COLUMN_PIXELS,
    plannedHeight: pixels(wait.planned ?? 0),
    actualHeight: pixels(wait.actual),
  }));
}

function waitOf(segment: Segment): Pick<RetryBar, "attempt" | "planned" | "actual" | "open" | "category"> {
  return {
    attempt: segment.attempt,
    planned: segment.plannedEnd === null ? null : (segment.plannedEnd - segment.start) / 1000,
    actual: (segment.end - segment.start) / 1000,
    open: segment.open,
    category: segment.category,
  };
}
