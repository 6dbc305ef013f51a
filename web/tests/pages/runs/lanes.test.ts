import { describe, expect, it } from "vitest";
import { drawnGhost, drawnLanes, itemsOf } from "@/pages/runs/lanes/geometry/drawing";
import { ghostOf } from "@/pages/runs/lanes/geometry/ghost";
import { changesOf, lanesOf, lastMoment, overrun, segmentsOf } from "@/pages/runs/lanes/geometry/model";
import { around, axisEnd, panned, position, ticks, zoomed } from "@/pages/runs/lanes/geometry/scale";
import { fits, shapesOf, WIDTH_MIN } from "@/pages/runs/lanes/geometry/shapes";
import { attemptOf, moment, runOf, START, waitOf } from "./rows";

const NOW = Date.parse(START) + 60_000;
const RECOVERED = {
  started_at: START,
  ended_at: moment(3_100),
  segments: [
    attemptOf(1, 0, 10),
    waitOf(2, 10, 1_010, 1_040),
    attemptOf(2, 1_040, 1_050),
    waitOf(3, 1_050, 3_050, 3_000),
    attemptOf(3, 3_000, 3_100, { status: "success", error_category: null }),
  ],
};

describe("the lanes of a run", () => {
  const segments = segmentsOf(RECOVERED, NOW);

  it("are one per attempt, each with the wait before it", () => {
    const lanes = lanesOf(segments, []);
    expect(lanes.map((lane) => [lane.attempt, ...lane.segments.map((each) => each.kind)])).toEqual([
      [1, "attempt"],
      [2, "wait", "attempt"],
      [3, "wait", "attempt"],
    ]);
  });

  it("measure a wait from its planned end", () => {
    expect(segments.filter((each) => each.kind === "wait").map(overrun)).toEqual([30, 0]);
  });

  it("reach to now, or to the planned end of a wait, while the run goes on", () => {
    const open = { started_at: START, ended_at: null, segments: [attemptOf(1, 0, 10), waitOf(2, 10, 90_000, null)] };
    const [, wait] = segmentsOf(open, NOW);
    expect([wait?.open, wait?.end, lastMoment(segmentsOf(open, NOW))]).toEqual([true, 60_000, 90_000]);
  });

  it("never end before they start, even if a clock is behind", () => {
    const open = { started_at: START, ended_at: null, segments: [attemptOf(1, 0, null)] };
    expect(segmentsOf(open, Date.parse(START) - 5_000)[0]?.end).toBe(0);
  });

  it("have the strategy changes of their attempt", () => {
    const after = { delay_multiplier: 2, timeout_extended: false };
    const change = { log_id: 9, changed_at: moment(10), attempt_number: 2, error_category: null, message: "" };
    const timeline = {
      ...{ log_id: 6, run_id: 1, job_name: "check", status: "success" as const, duration_ms: 3_100 },
      ...RECOVERED,
      strategy_changes: [{ ...change, before: null, after }],
    };
    const lanes = lanesOf(segments, changesOf(timeline));
    expect(lanes[1]?.changes).toEqual([{ id: "change-9", attempt: 2, at: 10, before: null, after }]);
  });

  it("are walked in the order of time", () => {
    expect(itemsOf(lanesOf(segments, [])).map((each) => each.start)).toEqual([0, 10, 1_040, 1_050, 3_000]);
  });
});

describe("the shapes of a segment", () => {
  const range = { from: 0, to: 4_000 };
  const [first, late, , early] = segmentsOf(RECOVERED, NOW);

  it("show planned wait, actual wait and overrun", () => {
    expect(late && shapesOf(late, range, 400)).toEqual({
      filled: { x: 1, width: 100 },
      planned: { x: 1, width: 100 },
      overrun: { x: 101, width: WIDTH_MIN },
    });
    expect(early && shapesOf(early, range, 400)).toEqual({
      filled: { x: 105, width: 195 },
      planned: { x: 105, width: 200 },
    });
  });

  it("can always be seen", () => {
    expect(first && shapesOf(first, range, 400)).toEqual({ filled: { x: 0, width: WIDTH_MIN } });
  });

  it("are left out beyond the range, and cut at its edges", () => {
    expect(first && shapesOf(first, { from: 20, to: 30 }, 400)).toBeUndefined();
    const cut = late && shapesOf(late, { from: 400, to: 500 }, 400);
    expect(cut?.filled).toEqual({ x: -6, width: 412 });
  });

  it("have a text where it fits", () => {
    expect([fits("等待 1.0 秒", { x: 0, width: 100 }), fits("等待 1.0 秒", { x: 0, width: 40 })]).toEqual([
      true,
      false,
    ]);
  });
});

describe("the axis", () => {
  it("puts moments at their share of the width", () => {
    expect(position(250, { from: 0, to: 1_000 }, 400)).toBe(100);
  });

  it("has ticks in steps that people count in, from milliseconds to hours", () => {
    expect(ticks({ from: 0, to: 10 }, 480)).toEqual([0, 2, 4, 6, 8, 10]);
    expect(ticks({ from: 0, to: 3_100 }, 400)).toEqual([0, 1_000, 2_000, 3_000]);
    expect(ticks({ from: 0, to: 4 * 3_600_000 }, 400)).toEqual([0, 1, 2, 3, 4].map((hours) => hours * 3_600_000));
    expect(ticks({ from: 1_500, to: 2_600 }, 200)).toEqual([2_000]);
  });

  it("grows in steps while the run goes on, so that the picture stays still", () => {
    expect([1_000, 1_800, 2_100].map((last) => axisEnd(last, true))).toEqual([2_000, 2_000, 5_000]);
    expect(axisEnd(1_000, false)).toBe(1_020);
    expect(axisEnd(0, false)).toBeGreaterThan(0);
  });

  it("zooms around a moment that keeps its place, within the whole", () => {
    const whole = { from: 0, to: 1_000 };
    expect(zoomed(whole, 0.5, 500, whole)).toEqual({ from: 250, to: 750 });
    expect(zoomed(whole, 0.5, 0, whole)).toEqual({ from: 0, to: 500 });
    expect(zoomed({ from: 0, to: 500 }, 4, 250, whole)).toEqual(whole);
    expect(panned({ from: 250, to: 750 }, 1, whole)).toEqual({ from: 500, to: 1_000 });
    expect(around(400, 500, whole)).toEqual({ from: 350, to: 550 });
  });
});

describe("the last good run", () => {
  it("is drawn from the start, with its age", () => {
    const run = runOf({ id: 41, segments: RECOVERED.segments, finished_at: moment(3_100) });
    const ghost = ghostOf(run, NOW);
    expect([ghost?.runId, ghost?.duration, ghost?.age]).toEqual([41, 3.1, 56.9]);
    expect(drawnGhost(ghost, { from: 0, to: 4_000 }, 400)[1]?.box).toEqual({ x: 1, width: 103 });
  });

  it("is left out if its log is not stored any more", () => {
    expect(ghostOf(runOf({ segments: [] }), NOW)).toBeNull();
    expect(drawnGhost(null, { from: 0, to: 1 }, 100)).toEqual([]);
  });
});

describe("a run with a hundred attempts", () => {
  it("has a hundred lanes below each other", () => {
    const segments = Array.from({ length: 100 }, (_, index) => attemptOf(index + 1, index * 10, index * 10 + 5));
    const lanes = lanesOf(segmentsOf({ started_at: START, ended_at: moment(1_000), segments }, NOW), []);
    const drawn = drawnLanes(lanes, { from: 0, to: 1_000 }, 400);
    expect([drawn.length, drawn[99]?.y]).toEqual([100, 99 * 44]);
  });
});
