/** In which order alerts are shown, and how many at first. */

import type { JobAlert } from "@/api";

/** Alerts that the strip shows before a person asks for all. */
export const SHOWN_AT_FIRST = 5;

/** Returns the alerts, the critical ones first; among equals, the newest first, as the API returns them. */
export function byUrgency(alerts: readonly JobAlert[]): JobAlert[] {
  return [...alerts].sort((a, b) => Number(b.severity === "critical") - Number(a.severity === "critical"));
}
