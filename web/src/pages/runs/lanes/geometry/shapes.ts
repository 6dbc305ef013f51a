/** The shapes of a segment in its lane, in pixels. */

import { overrun, type Segment } from "./model";
import { position, type Range } from "./scale";

export interface Box {
  x: number;
  width: number;
}

export interface Shapes {
  /** The actual stretch: the bar of an attempt; of a wait, up to its planned end. */
  filled: Box;
  /** Of a wait: the planned stretch. */
  planned?: Box;
  /** Of a wait: how much longer it was than planned. */
  overrun?: Box;
}

/** What is shorter is still seen, and hit by a finger. */
export const WIDTH_MIN = 3;
const MARGIN = 6;
const LATIN_PIXELS = 6.6;
const WIDE_PIXELS = 12.5;

/** Returns the shapes of a segment; undefined if it is outside of the range. */
export function shapesOf(segment: Segment, range: Range, width: number): Shapes | undefined {
  const last = Math.max(segment.end, segment.plannedEnd ?? segment.end);
  if (last < range.from || segment.start > range.to) return undefined;
  const box = (start: number, end: number): Box => boxOf(start, end, range, width);
  if (segment.kind === "attempt" || segment.plannedEnd === null) return { filled: box(segment.start, segment.end) };
  const shapes: Shapes = {
    filled: box(segment.start, Math.min(segment.end, segment.plannedEnd)),
    planned: box(segment.start, segment.plannedEnd),
  };
  return overrun(segment) > 0 ? { ...shapes, overrun: box(segment.plannedEnd, segment.end) } : shapes;
}

function boxOf(start: number, end: number, range: Range, width: number): Box {
  const x = Math.max(-MARGIN, position(start, range, width));
  const right = Math.min(width + MARGIN, position(end, range, width));
  return { x, width: Math.max(WIDTH_MIN, right - x) };
}

/** Returns the left and the right edge of all shapes of a segment. */
export function extentOf({ filled, planned, overrun: late }: Shapes): Box {
  const right = Math.max(...[filled, planned, late].map((box) => (box ? box.x + box.width : 0)));
  return { x: filled.x, width: right - filled.x };
}

/** Returns how wide a text is, roughly: Chinese characters are twice as wide as Latin ones. */
export function textWidth(text: string): number {
  return Array.from(text).reduce((sum, each) => sum + (each > "\u2e7f" ? WIDE_PIXELS : LATIN_PIXELS), 0);
}

/** Returns whether a text fits into a box. */
export function fits(text: string, box: Box): boolean {
  return box.width >= textWidth(text) + 2 * MARGIN;
}
