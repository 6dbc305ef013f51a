import { describe, expect, it } from "vitest";
import { aged } from "@/pages/device/current/freshness";
import { pointAt, spanAt } from "@/pages/device/chart/readout/useReadout";
import { WELDING_TYPE } from "./types";

const TS = "2026-03-02T08:00:00Z";
const after = (seconds: number): number => Date.parse(TS) + seconds * 1000;

describe("a reading of which nothing has been heard since", () => {
  it.each([
    [10, "live"],
    [30, "late"],
    [61, "stale"],
  ] as const)("is after %d seconds %s", (seconds, expected) => {
    expect(aged(WELDING_TYPE, { ts: TS, freshness: "live" }, after(seconds))).toBe(expected);
  });

  it("is never fresher than the server has named it", () => {
    expect(aged(WELDING_TYPE, { ts: TS, freshness: "stale" }, after(1))).toBe("stale");
  });

  it("is missing if there is none", () => {
    expect(aged(WELDING_TYPE, { ts: null, freshness: "never" }, after(1))).toBe("never");
  });
});

describe("the cursor", () => {
  const values = { min: 1, avg: 2, max: 3 };
  const windows = [{ at: 50, start: 0, end: 100, ...values }, null, { at: 250, start: 200, end: 300, ...values }];
  const readings = [
    { at: 100, start: 100, end: 100, ...values },
    { at: 160, start: 160, end: 160, ...values },
  ];

  it("reads the window that it is in, and nothing in a gap", () => {
    expect([99, 100, 200].map((at) => pointAt(windows, at, 0)?.at)).toEqual([50, undefined, 250]);
  });

  it("reads the nearest reading that is not too far", () => {
    expect([90, 140, 500].map((at) => pointAt(readings, at, 60)?.at)).toEqual([100, 160, undefined]);
  });

  it("reads the state until its end", () => {
    const span = { device_code: "W01", kind: "silent" as const, state: null, start: TS, end: "2026-03-02T08:01:00Z" };
    expect([after(-1), after(0), after(60), after(61)].map((at) => spanAt([span], at))).toEqual([
      undefined,
      span,
      span,
      undefined,
    ]);
  });
});
