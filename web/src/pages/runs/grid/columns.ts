/** The grid of runs: a column per run, the oldest first, with the height of its duration and a cell per attempt. */

import type { JobRun, TimelineSegment } from "@/api";
import { durationOf } from "../duration";

export interface Column {
  id: string;
  run: JobRun;
  /** In seconds; null for a run that never began. */
  duration: number | null;
  /** From 0 to 1. */
  height: number;
  /** How each attempt ended. */
  attempts: TimelineSegment["status"][];
  /** How many attempts are not shown. */
  more: number;
}

export interface Grid {
  columns: Column[];
  isLogarithmic: boolean;
  /** The longest duration, in seconds. */
  longest: number;
}

export const ATTEMPTS_SHOWN_MAX = 6;
/** Above it, short runs would not be seen on a linear scale. */
const LINEAR_SPREAD_MAX = 50;
const SHORTEST_SECONDS = 0.001;
const HEIGHT_MIN = 0.04;

/** Returns the grid of runs that are the newest first; `now` is milliseconds of the epoch. */
export function gridOf(runs: JobRun[], now: number): Grid {
  const durations = runs.map((run) => durationOf(run, now));
  const known = durations.filter((each) => each !== null).map((each) => Math.max(each, SHORTEST_SECONDS));
  const longest = Math.max(SHORTEST_SECONDS, ...known);
  const shortest = Math.min(longest, ...known);
  const isLogarithmic = longest / shortest > LINEAR_SPREAD_MAX;
  const height = (seconds: number | null): number =>
    seconds === null ? 0 : Math.max(HEIGHT_MIN, share(seconds, shortest, longest, isLogarithmic));
  const columns = runs.map((run, index) => columnOf(run, durations[index] ?? null, height(durations[index] ?? null)));
  return { columns: columns.reverse(), isLogarithmic, longest };
}

function share(seconds: number, shortest: number, longest: number, isLogarithmic: boolean): number {
  if (!isLogarithmic) return seconds / longest;
  return Math.log(Math.max(seconds, shortest) / shortest) / Math.log(longest / shortest);
}

function columnOf(run: JobRun, duration: number | null, height: number): Column {
  // A run that never began has a row in the log, but no attempt.
  const attempts = (run.started_at === null ? [] : (run.segments ?? []))
    .filter((segment) => segment.kind === "attempt")
    .map(({ status }) => status);
  return {
    id: `run-${run.id}`,
    run,
    duration,
    height,
    attempts: attempts.slice(0, ATTEMPTS_SHOWN_MAX),
    more: Math.max(0, attempts.length - ATTEMPTS_SHOWN_MAX),
  };
}
