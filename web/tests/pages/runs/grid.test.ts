import { describe, expect, it } from "vitest";
import type { JobRun } from "@/api";
import { ATTEMPTS_SHOWN_MAX, gridOf } from "@/pages/runs/grid/columns";
import { segmentsOf } from "@/pages/runs/lanes/geometry/model";
import { retryBars } from "@/pages/runs/retry/bars";
import { attemptOf, moment, runOf, START, waitOf } from "./rows";

const NOW = Date.parse(START) + 4_000;
const runThatTook = (id: number, milliseconds: number): JobRun => runOf({ id, finished_at: moment(milliseconds) });

describe("the grid of runs", () => {
  it("has the oldest run at the left, with heights by duration", () => {
    const { columns, isLogarithmic, longest } = gridOf([runThatTook(2, 1_000), runThatTook(1, 4_000)], NOW);
    expect(columns.map(({ id, height }) => [id, height])).toEqual([
      ["run-1", 1],
      ["run-2", 0.25],
    ]);
    expect([isLogarithmic, longest]).toEqual([false, 4]);
  });

  it("has a logarithmic scale if the durations differ widely", () => {
    const { columns, isLogarithmic } = gridOf([runThatTook(2, 10), runThatTook(1, 1_000), runThatTook(0, 100)], NOW);
    expect(isLogarithmic).toBe(true);
    expect(columns.map(({ height }) => Number(height.toFixed(2)))).toEqual([0.5, 1, 0.04]);
  });

  it("measures a run that goes on until now, and none that never began", () => {
    const open = runOf({ state: "running", finished_at: null });
    const skipped = runOf({ state: "skipped", started_at: null });
    expect(gridOf([open, skipped], NOW).columns.map(({ duration, height }) => [duration, height])).toEqual([
      [null, 0],
      [4, 1],
    ]);
  });

  it("shows the first attempts, and how many more there are", () => {
    const segments = Array.from({ length: 9 }, (_, index) => attemptOf(index + 1, index, index + 1));
    const [column] = gridOf([runOf({ segments: [...segments, waitOf(10, 9, 10, 10)] })], NOW).columns;
    expect([column?.attempts.length, column?.more]).toEqual([ATTEMPTS_SHOWN_MAX, 3]);
  });

  it("shows no attempt of a run that never began", () => {
    const skipped = runOf({ state: "skipped", started_at: null, segments: [attemptOf(1, 0, 0)] });
    expect(gridOf([skipped], NOW).columns[0]?.attempts).toEqual([]);
  });

  it("is empty without runs", () => {
    expect(gridOf([], NOW).columns).toEqual([]);
  });
});

describe("the picture of the waits", () => {
  it("has a bar per wait, the longest with the whole height", () => {
    const segments = [attemptOf(1, 0, 10), waitOf(2, 10, 1_010, 1_010), waitOf(3, 1_010, 3_010, 3_010)];
    const bars = retryBars(segmentsOf({ started_at: START, ended_at: null, segments }, NOW), 100);
    expect(bars.map((bar) => [bar.attempt, bar.planned, bar.actual, bar.plannedHeight, bar.actualHeight])).toEqual([
      [2, 1, 1, 50, 50],
      [3, 2, 2, 100, 100],
    ]);
  });
});
