import { describe, expect, it } from "vitest";
import type { BoardStatistics, StatisticField } from "@/api";
import { changeOf, dayBefore, isPartial, numberOf, trendOf } from "@/pages/board/statistics/change";
import { sparkline } from "@/pages/board/statistics/sparkline";

const BOX = { width: 100, height: 20 };

function fieldOf(name: string, type: StatisticField["type"] = "double"): StatisticField {
  return { name, label: name, unit: "", type };
}

const RATE = fieldOf("online_rate");
const WELDING = fieldOf("welding_minutes");

describe("the line of a trend", () => {
  it("has the smallest value at the bottom and the largest at the top, at equal distances", () => {
    const line = sparkline([10, 30, 20], BOX);
    expect(line).toEqual({
      path: "M0 20L50 0L100 10",
      alone: [],
      last: { x: 100, y: 10 },
      minimum: 10,
      maximum: 30,
    });
  });

  it("breaks where a day has no value", () => {
    expect(sparkline([1, 2, null, 2, 1], BOX)?.path).toBe("M0 20L25 0M75 0L100 20");
  });

  it("has points for values between two gaps", () => {
    const line = sparkline([1, 2, null, 3, null], BOX);
    expect([line?.path, line?.alone, line?.last]).toEqual(["M0 20L25 10", [{ x: 75, y: 0 }], { x: 75, y: 0 }]);
  });

  it("is in the middle if all values are equal, also a single one", () => {
    expect(sparkline([5, 5], BOX)?.path).toBe("M0 10L100 10");
    expect(sparkline([5], BOX)?.last).toEqual({ x: 0, y: 10 });
  });

  it("does not exist without values", () => {
    expect(sparkline([null, null], BOX)).toBeUndefined();
    expect(sparkline([], BOX)).toBeUndefined();
  });
});

describe("a value of a statistic", () => {
  it("is a number, also if it is a large whole number as text", () => {
    expect(numberOf(RATE, { online_rate: 61.3 })).toBe(61.3);
    expect(numberOf(fieldOf("pulses", "bigint"), { pulses: "9007199254740993" })).toBe(9007199254740992);
  });

  it("is no number if it is text, or missing", () => {
    expect(numberOf(fieldOf("name", "nchar"), { name: "12" })).toBeNull();
    expect(numberOf(RATE, { online_rate: null })).toBeNull();
    expect(numberOf(RATE, undefined)).toBeNull();
  });

  it("has a trend with a gap per day without rows", () => {
    const trend = [
      { day: "2026-03-01", values: { online_rate: null } },
      { day: "2026-03-02", values: { online_rate: 61.3 } },
    ];
    expect(trendOf(RATE, { trend })).toEqual([null, 61.3]);
  });
});

describe("the day before the newest row", () => {
  const trend: BoardStatistics["trend"] = [
    { day: "2026-03-01", values: { online_rate: 1 } },
    { day: "2026-03-02", values: { online_rate: 2 } },
    { day: "2026-03-03", values: { online_rate: null } },
  ];

  it("is counted in the time zone of the trend", () => {
    const ts = "2026-03-02T20:00:00+00:00"; // 04:00 on the third in Shanghai
    expect(dayBefore({ ts, time_zone: "Asia/Shanghai", trend })).toEqual({ online_rate: 2 });
    expect(dayBefore({ ts, time_zone: "UTC", trend })).toEqual({ online_rate: 1 });
  });

  it("is not known if the trend does not reach so far", () => {
    expect(dayBefore({ ts: "2026-03-01T08:00:00+08:00", time_zone: "Asia/Shanghai", trend })).toBeUndefined();
  });
});

describe("the change against the day before", () => {
  it("is a difference", () => {
    expect(changeOf(RATE, { online_rate: 62.5 }, { online_rate: 60 })).toEqual({ kind: "difference", value: 2.5 });
  });

  it("compares minutes of whole days as minutes", () => {
    const before = { welding_minutes: 600, total_minutes: 1440 };
    const change = changeOf(WELDING, { welding_minutes: 720, total_minutes: 1440 }, before);
    expect(change).toEqual({ kind: "difference", value: 120 });
  });

  it("compares minutes of a day that is not over by their share", () => {
    const newest = { welding_minutes: 360, total_minutes: 720, online_rate: 50 };
    const before = { welding_minutes: 360, total_minutes: 1440, online_rate: 40 };
    expect(isPartial(newest, before)).toBe(true);
    expect(changeOf(WELDING, newest, before)).toEqual({ kind: "share", value: 25 });
    expect(changeOf(RATE, newest, before)).toEqual({ kind: "difference", value: 10 });
    expect(changeOf(fieldOf("total_minutes"), newest, before)).toEqual({ kind: "open" });
  });

  it("is not known if one of the days has no value", () => {
    expect(changeOf(RATE, { online_rate: 62.5 }, undefined)).toBeUndefined();
    expect(changeOf(RATE, { online_rate: 62.5 }, { online_rate: null })).toBeUndefined();
    const newest = { welding_minutes: 0, total_minutes: 0 };
    expect(changeOf(WELDING, newest, { welding_minutes: 576, total_minutes: 1440 })).toBeUndefined();
  });
});
