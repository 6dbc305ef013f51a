import { describe, expect, it } from "vitest";
import type { DayStatistics } from "@/api";
import { daysOf, runsByCategory, runsByDay } from "@/pages/jobs/job/days";

const day = (changes: Partial<DayStatistics>): DayStatistics => ({
  job_name: "a",
  day: "2026-02-28",
  total: 1,
  runs: {},
  retries: 0,
  duration_ms_avg: 0,
  duration_ms_max: 0,
  errors_by_category: {},
  ...changes,
});

const statistics = {
  first_day: "2026-02-27",
  last_day: "2026-03-01",
  items: [
    day({ runs: { succeeded: 3, failed: 1 }, errors_by_category: { network_error: 1 } }),
    day({ day: "2026-03-01", runs: { timed_out: 2 }, errors_by_category: { timeout: 2 } }),
  ],
};

describe("the statistics of days", () => {
  it("have all days, also those without runs", () => {
    expect(daysOf(statistics)).toEqual(["2026-02-27", "2026-02-28", "2026-03-01"]);
    expect(runsByDay(statistics, "succeeded")).toEqual([0, 3, 0]);
    expect(runsByDay(statistics, "timed_out")).toEqual([0, 0, 2]);
  });

  it("add up the categories of errors, the most frequent first", () => {
    expect(runsByCategory(statistics)).toEqual([
      ["timeout", 2],
      ["network_error", 1],
    ]);
  });
});
