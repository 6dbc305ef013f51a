/** The picture of a run: a lane per attempt with its waits and strategy changes. All times are milliseconds from the start of the run. */

import type { JobRunTimeline, StrategyChange, TimelineSegment } from "@/api";

export interface Segment {
  id: string;
  kind: TimelineSegment["kind"];
  attempt: number;
  start: number;
  /** The end; of an open segment, the moment now. */
  end: number;
  open: boolean;
  /** Of a wait, when it was to end. */
  plannedEnd: number | null;
  status: TimelineSegment["status"];
  category: TimelineSegment["error_category"];
}

/** A moment at which the adaptive strategy changed the delays or the time limit. */
export interface Change extends Pick<StrategyChange, "before" | "after"> {
  id: string;
  attempt: number;
  at: number;
}

export interface Lane {
  attempt: number;
  segments: Segment[];
  changes: Change[];
}

/** What can be drawn of a run; the timeline of one run, or an item of a list of runs. */
export type Timed = Pick<JobRunTimeline, "started_at" | "ended_at" | "segments">;

/** Returns the segments of a run; what is open ends at `now`, milliseconds of the epoch. */
export function segmentsOf(run: Timed, now: number): Segment[] {
  const origin = Date.parse(run.started_at);
  return run.segments.map((each, index) => segmentOf(each, index, origin, now));
}

function segmentOf(each: TimelineSegment, index: number, origin: number, now: number): Segment {
  const start = Date.parse(each.started_at) - origin;
  const end = each.ended_at === null ? now - origin : Date.parse(each.ended_at) - origin;
  return {
    id: `segment-${index}`,
    kind: each.kind,
    attempt: each.attempt_number,
    start,
    end: Math.max(start, end),
    open: each.ended_at === null,
    plannedEnd: each.planned_end_at === null ? null : Date.parse(each.planned_end_at) - origin,
    status: each.status,
    category: each.error_category,
  };
}

/** Returns the strategy changes of a run. One before an unknown attempt is in the first lane. */
export function changesOf({ strategy_changes: changes, started_at: startedAt }: JobRunTimeline): Change[] {
  return changes.map((each) => ({
    id: `change-${each.log_id}`,
    attempt: each.attempt_number ?? 1,
    at: Date.parse(each.changed_at) - Date.parse(startedAt),
    before: each.before,
    after: each.after,
  }));
}

/** Returns the lanes in the order of the attempts. */
export function lanesOf(segments: Segment[], changes: Change[]): Lane[] {
  const attempts = [...new Set([...segments, ...changes].map((each) => each.attempt))].sort((a, b) => a - b);
  return attempts.map((attempt) => ({
    attempt,
    segments: segments.filter((each) => each.attempt === attempt),
    changes: changes.filter((each) => each.attempt === attempt),
  }));
}

/** Returns the time that an axis must reach: the last end, the end of a planned wait that is under way included. */
export function lastMoment(segments: Segment[]): number {
  return Math.max(0, ...segments.map((each) => (each.open ? Math.max(each.end, each.plannedEnd ?? 0) : each.end)));
}

/** Returns by how much a wait was longer than planned; 0 if it was not. */
export function overrun(segment: Segment): number {
  return segment.plannedEnd === null ? 0 : Math.max(0, segment.end - segment.plannedEnd);
}
