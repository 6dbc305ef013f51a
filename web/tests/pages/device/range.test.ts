import { describe, expect, it } from "vitest";
import {
  between,
  intervalOf,
  intervalText,
  panned,
  pastOf,
  rangeOf,
  ZOOM_MIN,
  zoomedIn,
  zoomedOut,
} from "@/pages/device/chart/data/range";
import { pointsFor } from "@/pages/device/chart/useChartData";

const WHOLE = { from: 0, to: 1_000_000 };

describe("a range", () => {
  it("survives the URL", () => {
    const range = { from: Date.parse("2026-03-02T08:00:00.250Z"), to: Date.parse("2026-03-02T09:00:00Z") };
    expect(intervalOf(intervalText(range))).toEqual(range);
  });

  it.each([
    ["", ""],
    ["yesterday", "today"],
    ["2026-03-02T09:00:00Z", "2026-03-02T08:00:00Z"],
    ["2025-03-02T09:00:00Z", "2026-03-02T08:00:00Z"],
  ])("is rejected if it is from %s to %s", (from, to) => {
    expect(rangeOf(from, to)).toBeUndefined();
  });

  it("keeps the moment at which it is zoomed in its place", () => {
    expect(zoomedIn(WHOLE, 250_000, WHOLE)).toEqual({ from: 125_000, to: 625_000 });
  });

  it("is the whole again after it is zoomed out as far as possible", () => {
    expect(zoomedOut({ from: 100_000, to: 700_000 }, 400_000, WHOLE)).toEqual(WHOLE);
  });

  it("is loaded until now: there is no silence in the future", () => {
    expect(pastOf({ from: 100, to: 300 }, 200)).toEqual({ from: 100, to: 200 });
    expect(pastOf({ from: 100, to: 300 }, 400)).toEqual({ from: 100, to: 300 });
  });

  it("never leaves the whole", () => {
    expect(panned({ from: 0, to: 500_000 }, -0.25, WHOLE)).toEqual({ from: 0, to: 500_000 });
    expect(panned({ from: 400_000, to: 900_000 }, 1, WHOLE)).toEqual({ from: 500_000, to: 1_000_000 });
  });

  it("may be dragged in both directions, and is never too short", () => {
    expect(between(600_000, 300_000, WHOLE)).toEqual({ from: 300_000, to: 600_000 });
    const { from, to } = between(500_000, 500_001, WHOLE);
    expect(to - from).toBe(ZOOM_MIN);
  });
});

describe("the number of points", () => {
  it("fits the width, and stays when the width changes a little", () => {
    expect([1, 390, 1300, 1310, 9999].map(pointsFor)).toEqual([100, 200, 700, 700, 1500]);
  });
});
