/** The states as a band: each kind has a colour or a pattern, and a height, so that none is known by its colour alone. */

import type { CustomSeriesOption } from "echarts/charts";
import type { DeviceType, StateSpan } from "@/api";
import type { Tokens } from "@/components/chart/useTokens";
import { deviceMark, type Mark } from "@/components/states/marks";
import type { ChartData } from "../data/loading";
import type { Range } from "../data/range";
import { type Layout, xOf } from "./layout";
import type { BandMark, Fill, Fills } from "./patterns";

export interface BandSpan extends Range {
  readonly mark: BandMark;
}

interface Band {
  readonly range: Range;
  readonly layout: Layout;
  readonly spans: readonly BandSpan[];
  readonly tokens: Tokens;
  readonly fills: Fills;
}

/** The share of the height of the band that a span fills from below. */
export const HEIGHTS: Record<BandMark, number> = {
  alarm: 1,
  working: 0.8,
  standby: 0.55,
  other: 0.55,
  off: 0.3,
  silent: 1,
  unknown: 1,
  success: 0.55,
  stopped: 0.55,
};

/** Returns how a span is shown. Nothing is known of a device that is silent, whatever its last state was. */
export function markOfSpan(type: DeviceType, { kind, state }: Pick<StateSpan, "kind" | "state">): Mark | "unknown" {
  return kind === "unknown" ? "unknown" : deviceMark(type, kind === "silent" ? null : state, "live");
}

/** Returns the spans of the band. Where none are loaded, none are drawn. */
export function bandSpans(type: DeviceType, { spans }: Pick<ChartData, "spans">): BandSpan[] {
  return spans.map((span) => ({
    from: Date.parse(span.start),
    to: Date.parse(span.end),
    mark: markOfSpan(type, span),
  }));
}

export function bandSeries(band: Band, yAxisIndex: number): CustomSeriesOption {
  const { spans } = band;
  const fills = fillsOf(band);
  return {
    type: "custom",
    xAxisIndex: 1,
    yAxisIndex,
    encode: { x: [0, 1] },
    data: spans.map(({ from, to }) => [from, to]),
    silent: true,
    z: 2,
    renderItem: ({ dataIndex }) => {
      const span = spans[dataIndex];
      const shape = span && rectOf(span, band);
      if (!shape || shape.width <= 0) return null;
      return { type: "rect", shape, style: { fill: fills[span.mark], ...edgeOf(span.mark, band.tokens) } };
    },
  };
}

/** Returns the fills by mark, which the legend has too. */
export function fillsOf({ tokens, fills }: Pick<Band, "tokens" | "fills">): Record<BandMark, Fill> {
  const off = tokens["state-off-fill"];
  return {
    alarm: tokens["state-alarm-fill"],
    working: tokens["state-welding-fill"],
    standby: tokens["state-standby-fill"],
    off,
    other: tokens.surface,
    silent: fills.silent,
    unknown: fills.unknown,
    success: off,
    stopped: off,
  };
}

/** Returns where a span is, cut at the edges of the picture; at least half a pixel wide, so that a short alarm is seen. */
export function rectOf(span: BandSpan, { range, layout }: Pick<Band, "range" | "layout">) {
  const left = Math.max(layout.left, xOf(span.from, range, layout));
  const right = Math.min(layout.right, Math.max(xOf(span.to, range, layout), left + 0.5));
  const height = layout.band.height * HEIGHTS[span.mark];
  return { x: left, y: layout.band.top + layout.band.height - height, width: right - left, height };
}

function edgeOf(mark: BandMark, tokens: Tokens) {
  return mark === "other" ? { stroke: tokens["state-off-outline"], lineWidth: 1 } : {};
}
