import { describe, expect, it } from "vitest";
import type { DeviceType, StateSpan } from "@/api";
import type { Tokens } from "@/components/chart/useTokens";
import { bandSeries, bandSpans, markOfSpan, rectOf } from "@/pages/device/chart/plot/band";
import { layoutOf, momentOf, xOf } from "@/pages/device/chart/plot/layout";
import { plotOption } from "@/pages/device/chart/plot/option";
import type { Fills } from "@/pages/device/chart/plot/patterns";
import { WELDING_TYPE } from "./types";

const TYPE: DeviceType = WELDING_TYPE;
const RANGE = { from: Date.parse("2026-03-02T08:00:00Z"), to: Date.parse("2026-03-02T09:00:00Z") };
const LAYOUT = layoutOf(1000, true);
const TOKENS = new Proxy({}, { get: (_, name) => `token ${String(name)}` }) as Tokens;
const FILLS: Fills = { silent: "hatched", unknown: "dotted" };

function span(kind: StateSpan["kind"], state: string | null, from: string, to: string): StateSpan {
  return { device_code: "W01", kind, state, start: `2026-03-02T${from}:00Z`, end: `2026-03-02T${to}:00Z` };
}

const SPANS = [
  span("state", "焊接", "08:00", "08:20"),
  span("silent", null, "08:20", "08:40"),
  span("unknown", null, "08:40", "08:50"),
  span("state", "报警", "08:50", "09:00"),
];

function fillOf(index: number): unknown {
  const spans = bandSpans(TYPE, { spans: SPANS });
  const series = bandSeries({ range: RANGE, layout: LAYOUT, spans, tokens: TOKENS, fills: FILLS }, 1);
  const drawn = series.renderItem?.({ dataIndex: index } as never, {} as never) as { style: { fill: unknown } };
  return drawn.style.fill;
}

describe("the band of states", () => {
  it("hatches silence, and never continues the last state into it", () => {
    expect(SPANS.slice(1, 2).map((each) => markOfSpan(TYPE, each))).toEqual(["silent"]);
    expect(fillOf(1)).toBe("hatched");
  });

  it("shows a device that is online without a state in another way", () => {
    expect(fillOf(2)).toBe("dotted");
  });

  it("has the colours of the states", () => {
    expect([fillOf(0), fillOf(3)]).toEqual(["token state-welding-fill", "token state-alarm-fill"]);
  });

  it("tells the states apart by their height too", () => {
    const [working, , , alarm] = bandSpans(TYPE, { spans: SPANS });
    const heights = [working, alarm].map((each) => each && rectOf(each, { range: RANGE, layout: LAYOUT }).height);
    expect(heights[0]).not.toBe(heights[1]);
  });

  it("covers the range without gap and overlap, from the left to the right edge of the lines", () => {
    const rects = bandSpans(TYPE, { spans: SPANS }).map((each) => rectOf(each, { range: RANGE, layout: LAYOUT }));
    expect(rects[0]?.x).toBe(LAYOUT.left);
    for (const [index, rect] of rects.entries())
      expect(rect.x + rect.width).toBeCloseTo(rects[index + 1]?.x ?? LAYOUT.right);
  });

  it("has the same left and right edge and the same range as the lines", () => {
    const option = plotOption({
      ...{ range: RANGE, layout: LAYOUT, ticks: [], units: ["A"], lines: [], spans: [], bandLabel: "状态" },
      ...{ tokens: TOKENS, fills: FILLS, font: "sans-serif" },
    });
    const [lines, band] = option.grid as { left: number; right: number }[];
    expect([band?.left, band?.right]).toEqual([lines?.left, lines?.right]);
    const [above, below] = option.xAxis as { min: number; max: number }[];
    expect([below?.min, below?.max]).toEqual([above?.min, above?.max]);
  });

  it("shows even an alarm of a second in a month", () => {
    const month = { from: RANGE.from, to: RANGE.from + 31 * 86_400_000 };
    const short = { from: RANGE.from + 3_600_000, to: RANGE.from + 3_601_000, mark: "alarm" as const };
    expect(rectOf(short, { range: month, layout: LAYOUT }).width).toBeGreaterThanOrEqual(0.5);
  });
});

describe("the layout", () => {
  it("finds the moment at a pixel, and the pixel of a moment", () => {
    const at = RANGE.from + 1_234_567;
    expect(momentOf(xOf(at, RANGE, LAYOUT), RANGE, LAYOUT)).toBeCloseTo(at);
  });

  it("takes a pixel outside of the picture for its edge", () => {
    expect([momentOf(0, RANGE, LAYOUT), momentOf(1000, RANGE, LAYOUT)]).toEqual([RANGE.from, RANGE.to]);
  });
});
