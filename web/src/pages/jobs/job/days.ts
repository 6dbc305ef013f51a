/** The statistics of the last days, arranged for charts: days without runs count as zero. */

import type { JobStatistics, RunState } from "@/api";

/** In the order in which they are stacked: what needs a person stands on top. */
export const STACKED_STATES = [
  "succeeded",
  "skipped",
  "refused",
  "cancelled",
  "failed",
  "timed_out",
  "abandoned",
] as const satisfies readonly RunState[];
export type StackedState = (typeof STACKED_STATES)[number];

const DAY_MILLISECONDS = 86_400_000;

/** Returns all days from the first to the last one. */
export function daysOf({ first_day, last_day }: Pick<JobStatistics, "first_day" | "last_day">): string[] {
  const [first, last] = [Date.parse(first_day), Date.parse(last_day)];
  const count = Math.round((last - first) / DAY_MILLISECONDS) + 1;
  return Array.from({ length: count }, (_, index) =>
    new Date(first + index * DAY_MILLISECONDS).toISOString().slice(0, 10),
  );
}

/** Returns how many runs ended in a state, by day. */
export function runsByDay(statistics: JobStatistics, state: StackedState): number[] {
  const runs = new Map<string, number>();
  for (const item of statistics.items) runs.set(item.day, (runs.get(item.day) ?? 0) + (item.runs[state] ?? 0));
  return daysOf(statistics).map((day) => runs.get(day) ?? 0);
}

/** Returns how many runs ended with an error of which category, the most frequent first. */
export function runsByCategory(statistics: JobStatistics): [category: string, runs: number][] {
  const totals = new Map<string, number>();
  for (const { errors_by_category } of statistics.items) {
    for (const [name, runs] of Object.entries(errors_by_category)) totals.set(name, (totals.get(name) ?? 0) + runs);
  }
  return [...totals].sort((a, b) => b[1] - a[1]);
}
