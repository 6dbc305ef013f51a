/** What is drawn of the lanes in a range of the time axis, in pixels. */

import type { Ghost } from "./ghost";
import type { Change, Lane, Segment } from "./model";
import { position, type Range } from "./scale";
import { type Box, type Shapes, shapesOf } from "./shapes";

export const LANE_PIXELS = 44;

export interface DrawnLane {
  attempt: number;
  y: number;
  segments: { segment: Segment; shapes: Shapes }[];
  changes: { change: Change; x: number }[];
}

/** A segment or a strategy change, as the keyboard walks over them. */
export interface Item {
  id: string;
  start: number;
  end: number;
}

export function drawnLanes(lanes: Lane[], range: Range, width: number): DrawnLane[] {
  return lanes.map((lane, index) => ({
    attempt: lane.attempt,
    y: index * LANE_PIXELS,
    segments: lane.segments.flatMap((segment) => {
      const shapes = shapesOf(segment, range, width);
      return shapes ? [{ segment, shapes }] : [];
    }),
    changes: lane.changes
      .filter(({ at }) => at >= range.from && at <= range.to)
      .map((change) => ({ change, x: position(change.at, range, width) })),
  }));
}

/** Returns the boxes of the ghost; its waits have no planned end, because only what happened is compared. */
export function drawnGhost(ghost: Ghost | null, range: Range, width: number): { segment: Segment; box: Box }[] {
  return (ghost?.segments ?? []).flatMap((segment) => {
    const shapes = shapesOf({ ...segment, plannedEnd: null }, range, width);
    return shapes ? [{ segment, box: shapes.filled }] : [];
  });
}

/** Returns what the keyboard walks over, in order of time. */
export function itemsOf(lanes: Lane[]): Item[] {
  return lanes
    .flatMap((lane) => [
      ...lane.changes.map(({ id, at }) => ({ id, start: at, end: at })),
      ...lane.segments.map(({ id, start, end }) => ({ id, start, end })),
    ])
    .sort((a, b) => a.start - b.start);
}
