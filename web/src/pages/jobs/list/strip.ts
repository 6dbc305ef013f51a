/** The last runs of a job as the bars of a strip: height is duration, shape and colour are the state. */

import type { JobRun, RunState } from "@/api";

/** `full` is grey, `alarm` coloured with a cap, `hollow` an outline, `open` hatched: the run has not ended. */
export type BarKind = "full" | "alarm" | "hollow" | "open";

export interface Bar {
  run: JobRun;
  kind: BarKind;
  /** Share of the full height, from 0 to 1. */
  height: number;
}

const KINDS: Record<RunState, BarKind> = {
  succeeded: "full",
  failed: "alarm",
  timed_out: "alarm",
  abandoned: "alarm",
  cancelled: "hollow",
  skipped: "hollow",
  refused: "hollow",
  queued: "open",
  running: "open",
};

/** A run without duration has a bar, too. */
const HEIGHT_MIN = 0.12;

/** Returns the bars in the order of time, from runs that are given the newest first. */
export function barsOf(runs: readonly JobRun[], now: number): Bar[] {
  const longest = Math.max(1, ...runs.map((run) => durationOf(run, now)));
  // The root makes short runs visible beside one that waited for minutes.
  const height = (run: JobRun): number => Math.max(HEIGHT_MIN, Math.sqrt(durationOf(run, now) / longest));
  return runs.toReversed().map((run) => ({ run, kind: KINDS[run.state], height: height(run) }));
}

/** Returns how long a run took, or has taken so far, in milliseconds; 0 if it never began. */
export function durationOf(run: Pick<JobRun, "started_at" | "finished_at">, now: number): number {
  if (run.started_at === null) return 0;
  return Math.max(0, (run.finished_at === null ? now : Date.parse(run.finished_at)) - Date.parse(run.started_at));
}
