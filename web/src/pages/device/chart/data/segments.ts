/** The pieces of a line: it ends where nothing is known, and begins again where something is. */

import { knownParts, type Point, type PointOrGap } from "./points";
import type { Range } from "./range";

/** A corner of a line with the band around it. */
export type Corner = Pick<Point, "at" | "min" | "avg" | "max">;
export type Segment = readonly Corner[];

/**
 * Returns the pieces of the line through points. There is no line over a gap nor over silence; of two points on both sides of a
 * silence, the line between them is cut where the silence begins and ends.
 */
export function segmentsOfWindows(points: readonly PointOrGap[], silences: readonly Range[]): Segment[] {
  const line = new Line();
  let before: PointOrGap = null;
  for (const point of points) {
    if (before === null || point === null) line.end();
    else line.cut(before, point, silences);
    if (point !== null) line.add(point);
    before = point;
  }
  return line.segments;
}

/** Returns the pieces of the line through readings: none over a gap, nor between readings that are further apart than the silence. */
export function segmentsOfReadings(points: readonly PointOrGap[], silenceMilliseconds: number): Segment[] {
  const line = new Line();
  let before: PointOrGap = null;
  for (const point of points) {
    if (before === null || point === null || point.at - before.at > silenceMilliseconds) line.end();
    if (point !== null) line.add(point);
    before = point;
  }
  return line.segments;
}

class Line {
  readonly segments: Corner[][] = [];
  private current: Corner[] | undefined;

  add(corner: Corner): void {
    if (this.current === undefined) this.segments.push((this.current = []));
    this.current.push(corner);
  }

  end(): void {
    this.current = undefined;
  }

  /** Cuts the silences out of the line between two points. */
  cut(from: Corner, to: Corner, silences: readonly Range[]): void {
    const parts = knownParts({ from: from.at, to: to.at }, silences);
    if (parts.length === 1 && parts[0]?.from === from.at && parts[0].to === to.at) return;
    for (const part of parts) {
      if (part.from > from.at) this.start(cornerAt(part.from, from, to));
      if (part.to < to.at) this.add(cornerAt(part.to, from, to));
    }
    if (parts.at(-1)?.to !== to.at) this.end();
  }

  private start(corner: Corner): void {
    this.end();
    this.add(corner);
  }
}

/** Returns where the line between two points is at a moment. */
function cornerAt(at: number, from: Corner, to: Corner): Corner {
  const share = (at - from.at) / (to.at - from.at);
  const mix = (key: "min" | "avg" | "max"): number => from[key] + (to[key] - from[key]) * share;
  return { at, min: mix("min"), avg: mix("avg"), max: mix("max") };
}
