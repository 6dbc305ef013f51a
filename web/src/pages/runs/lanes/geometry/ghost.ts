/** The last good run of the job, drawn beneath the lanes for comparison. */

import type { JobRun } from "@/api";
import { type Segment, segmentsOf } from "./model";

export interface Ghost {
  runId: JobRun["id"];
  segments: Segment[];
  /** The time since it ended, in seconds. */
  age: number;
  /** In seconds. */
  duration: number;
}

/** Returns the ghost of a run that has succeeded; null if its timeline is not stored any more. `now` is milliseconds of the epoch. */
export function ghostOf(run: JobRun, now: number): Ghost | null {
  const { started_at, finished_at, segments = [] } = run;
  if (started_at === null || finished_at === null || segments.length === 0) return null;
  const ended = Date.parse(finished_at);
  return {
    runId: run.id,
    segments: segmentsOf({ started_at, ended_at: finished_at, segments }, ended),
    age: Math.max(0, now - ended) / 1000,
    duration: (ended - Date.parse(started_at)) / 1000,
  };
}
