import { describe, expect, it } from "vitest";
import { byAttention, matching } from "@/pages/jobs/list/attention";
import { barsOf } from "@/pages/jobs/list/strip";
import { aJob, aRun } from "./jobs";

const named = (jobs: { name: string }[]): string[] => jobs.map(({ name }) => name);

describe("the order of jobs", () => {
  it("puts those that need a person on top, the most urgent first", () => {
    const { attention, rest } = byAttention([
      aJob({ name: "fine" }),
      aJob({ name: "failing-once", health: "failing", consecutive_failures: 1 }),
      aJob({ name: "silent", health: "silent" }),
      aJob({ name: "off", health: "disabled" }),
      aJob({ name: "failing-often", health: "failing", consecutive_failures: 5 }),
      aJob({ name: "stuck", health: "stuck" }),
      aJob({ name: "damaged", health: "damaged" }),
      aJob({ name: "new", health: "never_run" }),
    ]);
    expect(named(attention)).toEqual(["damaged", "stuck", "silent", "failing-often", "failing-once"]);
    expect(named(rest)).toEqual(["fine", "new", "off"]);
  });
});

describe("the search", () => {
  it("finds a text in name and description, whatever its case", () => {
    const jobs = [
      aJob({ name: "check_latest" }),
      aJob({ name: "other", description: "Checks 读数" }),
      aJob({ name: "no", description: "" }),
    ];
    expect(named(matching(jobs, " CHECK "))).toEqual(["check_latest", "other"]);
    expect(named(matching(jobs, "读数"))).toEqual(["other"]);
    expect(named(matching(jobs, ""))).toHaveLength(3);
  });
});

describe("the strip of the last runs", () => {
  const now = Date.parse("2026-11-27T08:01:00Z");

  it("shows them in the order of time, the longest at full height", () => {
    const bars = barsOf([aRun({ id: 2, finished_at: "2026-11-27T08:00:01Z" }), aRun({ id: 1 })], now);
    expect(bars.map(({ run, height }) => [run.id, height])).toEqual([
      [1, 1],
      [2, 0.5],
    ]);
  });

  it("tells states apart by shape, and shows a run that never began", () => {
    const bars = barsOf(
      [
        aRun({ state: "skipped", started_at: null }),
        aRun({ state: "timed_out" }),
        aRun({ state: "running", finished_at: null }),
      ],
      now,
    );
    expect(bars.map(({ kind }) => kind)).toEqual(["open", "alarm", "hollow"]);
    expect(bars.at(-1)?.height).toBeGreaterThan(0);
    expect(bars[0]?.height).toBe(1);
  });
});
