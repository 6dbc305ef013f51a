/** Where the parts of the picture are, in pixels. Lines and states have the same left and right edge. */

import type { Range } from "../data/range";

export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  /** From the left. */
  readonly right: number;
  readonly lines: { readonly top: number; readonly height: number };
  readonly band: { readonly top: number; readonly height: number };
}

const SIDE = 56;
const MARGIN = 16;
const TOP = 28;
const LINES = 260;
const GAP = 12;
const BAND = 26;
const AXIS = 40;
const NARROW = 500;
const LINES_IF_NARROW = 200;

export function layoutOf(width: number, hasRightAxis: boolean): Layout {
  const lines = { top: TOP, height: width < NARROW ? LINES_IF_NARROW : LINES };
  const band = { top: TOP + lines.height + GAP, height: BAND };
  return {
    width,
    height: band.top + BAND + AXIS,
    left: SIDE,
    right: width - (hasRightAxis ? SIDE : MARGIN),
    lines,
    band,
  };
}

export function xOf(at: number, range: Range, { left, right }: Layout): number {
  return left + ((at - range.from) / (range.to - range.from)) * (right - left);
}

export function momentOf(x: number, range: Range, { left, right }: Layout): number {
  const share = Math.min(1, Math.max(0, (x - left) / (right - left)));
  return range.from + share * (range.to - range.from);
}
