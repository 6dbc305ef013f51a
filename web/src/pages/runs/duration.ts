/** How long runs take. */

import type { JobRun } from "@/api";

/** Returns how long a run took, or has taken until `now`, in seconds; null if it never began. `now` is milliseconds of the epoch. */
export function durationOf(
  { started_at, finished_at }: Pick<JobRun, "started_at" | "finished_at">,
  now: number,
): number | null {
  if (started_at === null) return null;
  const end = finished_at === null ? now : Date.parse(finished_at);
  return Math.max(0, end - Date.parse(started_at)) / 1000;
}
