import { describe, expect, it } from "vitest";
import type { HistoryReading, ReadingWindow } from "@/api";
import { pointsOfReadings, pointsOfWindows } from "@/pages/device/chart/data/points";
import type { Range } from "@/pages/device/chart/data/range";
import { type Segment, segmentsOfReadings, segmentsOfWindows } from "@/pages/device/chart/data/segments";
import { lineData } from "@/pages/device/chart/plot/option";

const MINUTE = 60_000;
const START = Date.parse("2026-03-02T08:00:00Z");
const RANGE: Range = { from: START, to: START + 10 * MINUTE };
const FIELD = "weld_current";

/** Returns windows of a minute with these averages; null is a window without readings. */
function windowsOf(averages: readonly (number | null)[]): ReadingWindow[] {
  return averages.map((avg, index) => ({
    start: new Date(START + index * MINUTE).toISOString(),
    values: { [FIELD]: { avg, min: avg === null ? null : avg - 1, max: avg === null ? null : avg + 1 } },
  }));
}

function windowSegments(averages: readonly (number | null)[], silences: readonly Range[] = []): Segment[] {
  return segmentsOfWindows(pointsOfWindows(windowsOf(averages), FIELD, "1m", RANGE, silences), silences);
}

const silence = (from: number, to: number): Range => ({ from: START + from * MINUTE, to: START + to * MINUTE });
const minutes = (segments: readonly Segment[]): number[][] =>
  segments.map((segment) => segment.map(({ at }) => (at - START) / MINUTE));

describe("the line through windows", () => {
  it("has its points in the middles of the windows", () => {
    expect(minutes(windowSegments([1, 2, 3]))).toEqual([[0.5, 1.5, 2.5]]);
  });

  it("is not drawn over a window without readings", () => {
    expect(minutes(windowSegments([1, 2, null, 4, null, null, 7]))).toEqual([[0.5, 1.5], [3.5], [6.5]]);
  });

  it("has a null at each gap in the series", () => {
    const data = lineData(windowSegments([1, null, 3]));
    expect(data.map(({ value }) => value[1])).toEqual([1, null, 3, null]);
  });

  it("shows a point between two gaps as a dot, because a line of one point is not seen", () => {
    const symbols = lineData(windowSegments([null, 2, null, 4, 5])).map(({ symbol }) => symbol);
    expect(symbols).toEqual(["circle", "none", "none", "none", "none"]);
  });

  it("ends where a silence begins and continues where it ends, between two windows with readings", () => {
    const segments = windowSegments([10, 20, 30], [silence(0.75, 1.25)]);
    expect(minutes(segments)[0]?.at(-1)).toBe(0.75);
    expect(minutes(segments)[1]?.[0]).toBe(1.25);
  });

  it("is never drawn over silence, however the silence is placed in the windows", () => {
    for (let from = 0; from < 4; from += 0.17)
      for (let length = 0.1; length < 2.5; length += 0.31) {
        const silences = [silence(from, from + length), silence(from + length + 0.2, from + length + 0.5)];
        for (const segment of windowSegments([10, 20, 30, 40, 50, 60, 70], silences))
          for (const each of silences) {
            const [first, last] = [segment[0]?.at ?? 0, segment.at(-1)?.at ?? 0];
            expect(last <= each.from || first >= each.to, `${String(from)} ${String(length)}`).toBe(true);
          }
      }
  });

  it("has the point of a window in which the device fell silent where something is known", () => {
    expect(minutes(windowSegments([10], [silence(0.2, 1)]))).toEqual([[0.1]]);
  });

  it("keeps its height where it is cut", () => {
    const [first] = windowSegments([10, 20], [silence(0.75, 1.25)]);
    expect(first?.at(-1)?.avg).toBeCloseTo(13);
  });

  it("uses the real length of a day at the change to summer time", () => {
    const days = ["2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"].map((start) => ({
      start,
      values: { [FIELD]: { avg: 1, min: 1, max: 1 } },
    }));
    const wide = { from: Date.parse("2026-03-01T00:00:00Z"), to: Date.parse("2026-04-01T00:00:00Z") };
    const [sunday] = pointsOfWindows(days, FIELD, "1d", wide, []);
    expect((sunday?.end ?? 0) - (sunday?.start ?? 0)).toBe(23 * 60 * MINUTE);
  });
});

describe("the line through readings", () => {
  const readings = (values: readonly [number, number | null | string][]): HistoryReading[] =>
    values.map(([minute, value]) => ({
      ts: new Date(START + minute * MINUTE).toISOString(),
      values: { [FIELD]: value },
    }));
  const segments = (values: readonly [number, number | null | string][]): number[][] =>
    minutes(segmentsOfReadings(pointsOfReadings(readings(values), FIELD), MINUTE));

  it("is not drawn between readings that are further apart than the silence", () => {
    expect(
      segments([
        [0, 1],
        [1, 2],
        [2.1, 3],
        [3, 4],
      ]),
    ).toEqual([
      [0, 1],
      [2.1, 3],
    ]);
  });

  it("breaks at a reading without the field", () => {
    expect(
      segments([
        [0, 1],
        [0.5, null],
        [1, 2],
      ]),
    ).toEqual([[0], [1]]);
  });

  it("reads 64-bit integers, which are texts of digits", () => {
    expect(pointsOfReadings(readings([[0, "9007199254740993"]]), FIELD)[0]?.avg).toBe(9007199254740992);
  });
});
