import { describe, expect, it } from "vitest";
import { ticksOf } from "@/pages/device/chart/data/ticks";
import { labelledTicks } from "@/pages/device/chart/plot/labels";

const BERLIN = "Europe/Berlin";
const WIDTH = 1000;
const range = (from: string, to: string) => ({ from: Date.parse(from), to: Date.parse(to) });
const texts = (from: string, to: string, zone = BERLIN, locale = "en-GB"): string[] =>
  labelledTicks(range(from, to), WIDTH, locale, zone).map(({ text }) => text.replace("\n", " "));

describe("the ticks of the time axis", () => {
  it("are at round times of the zone", () => {
    expect(texts("2026-03-02T08:03:00Z", "2026-03-02T16:03:00Z")[0]).toBe("10:00 2 Mar");
  });

  it("say where a day begins", () => {
    expect(texts("2026-03-02T12:00:00Z", "2026-03-03T12:00:00Z")).toContain("00:00 3 Mar");
  });

  it("stay at midnight after the clock is put forward", () => {
    const { from, to } = range("2026-03-26T00:00:00Z", "2026-04-02T00:00:00Z");
    const ticks = ticksOf({ from, to }, 8, BERLIN);
    expect(ticks.map(({ at }) => new Date(at).toISOString().slice(0, 16))).toEqual([
      "2026-03-26T23:00",
      "2026-03-27T23:00",
      "2026-03-28T23:00",
      "2026-03-29T22:00",
      "2026-03-30T22:00",
      "2026-03-31T22:00",
      "2026-04-01T22:00",
    ]);
  });

  it("leave out the hour that the clock skips", () => {
    const labels = texts("2026-03-28T23:00:00Z", "2026-03-29T05:00:00Z").map((text) => text.slice(0, 5));
    expect(labels).toContain("01:00");
    expect(labels).not.toContain("02:00");
    expect(labels).toContain("03:00");
  });

  it("are in order and unique when the clock is put back", () => {
    const ticks = ticksOf(range("2026-10-24T22:00:00Z", "2026-10-25T06:00:00Z"), 11, BERLIN).map(({ at }) => at);
    expect(ticks).toEqual([...new Set(ticks)].sort((one, other) => one - other));
    expect(ticks.length).toBeGreaterThan(4);
  });

  it("have seconds in a short range only", () => {
    expect(texts("2026-03-02T08:00:00Z", "2026-03-02T08:01:00Z")[1]).toBe("09:00:05");
    expect(texts("2026-03-02T08:00:00Z", "2026-03-02T09:00:00Z")[1]).toBe("09:05");
  });

  it("are days only in a long range, in the language of the page", () => {
    expect(texts("2026-03-01T00:00:00Z", "2026-03-31T00:00:00Z", "Asia/Shanghai", "zh-CN")[0]).toMatch(/^3月\d+日$/);
  });
});
