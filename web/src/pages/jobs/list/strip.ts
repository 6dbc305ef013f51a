/** The last runs of a job as the bars of a strip: height is duration, shape and colour are the state. */

import type { JobRun, RunState } from "@/api";
import { durationOf } from "@/pages/runs/duration";

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
const LONGEST_SECONDS_MIN = 0.001;

/** Returns the bars in the order of time, from runs that are given the newest first. */
export function barsOf(runs: readonly JobRun[], now: number): Bar[] {
  const seconds = (run: JobRun): number => durationOf(run, now) ?? 0;
  const longest = Math.max(LONGEST_SECONDS_MIN, ...runs.map(seconds));
  // The root makes short runs visible beside one that waited for minutes.
  const height = (run: JobRun): number => Math.max(HEIGHT_MIN, Math.sqrt(seconds(run) / longest));
  return runs.toReversed().map((run) => ({ run, kind: KINDS[run.state], height: height(run) }));
}
