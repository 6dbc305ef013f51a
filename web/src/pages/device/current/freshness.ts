/** How fresh a reading is at a moment, where the server has sent none since. */

import type { DeviceType, Freshness } from "@/api";
import type { Reading } from "@/components/readings/reading";

const ORDER: readonly Freshness[] = ["live", "late", "stale", "never"];

/** Returns the freshness of a reading by its age, but never a better one than the server has named. */
export function aged(
  { late_after_seconds, stale_after_seconds }: Pick<DeviceType, "late_after_seconds" | "stale_after_seconds">,
  { ts, freshness }: Pick<Reading, "ts" | "freshness">,
  now: number,
): Freshness {
  if (ts === null) return freshness;
  const age = (now - Date.parse(ts)) / 1000;
  const byAge = age > stale_after_seconds ? "stale" : age > late_after_seconds ? "late" : "live";
  return ORDER.indexOf(byAge) > ORDER.indexOf(freshness) ? byAge : freshness;
}
