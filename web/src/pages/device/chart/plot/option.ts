/** The picture for ECharts: lines with their bands above, states below, both over the same range of time. */

import type { CustomSeriesOption, LineSeriesOption } from "echarts/charts";
import type { GridComponentOption } from "echarts/components";
import type { ComposeOption } from "echarts/core";
import type { Tokens } from "@/components/chart/useTokens";
import type { Range } from "../data/range";
import type { Segment } from "../data/segments";
import { type BandSpan, bandSeries } from "./band";
import type { LabelledTick } from "./labels";
import type { Layout } from "./layout";
import type { LineLook } from "./looks";
import type { Fills } from "./patterns";

export type PlotOption = ComposeOption<CustomSeriesOption | GridComponentOption | LineSeriesOption>;

export interface PlotLine {
  readonly look: LineLook;
  /** The index of its axis: 0 is on the left, 1 on the right. */
  readonly axis: number;
  readonly segments: readonly Segment[];
}

export interface Plot {
  readonly range: Range;
  readonly layout: Layout;
  readonly ticks: readonly LabelledTick[];
  readonly units: readonly string[];
  readonly lines: readonly PlotLine[];
  readonly spans: readonly BandSpan[];
  readonly bandLabel: string;
  readonly tokens: Tokens;
  readonly fills: Fills;
  readonly font: string;
}

export function plotOption(plot: Plot): PlotOption {
  const { layout, units, lines } = plot;
  const sides = { left: layout.left, right: layout.width - layout.right, outerBoundsMode: "none" as const };
  // Without lines there is an axis nevertheless, so that the states are where they always are.
  const axes = (units.length === 0 ? [""] : units).map((unit, index) => valueAxis(unit, index, plot));
  return {
    animation: false,
    textStyle: { color: plot.tokens.text, fontFamily: plot.font },
    grid: [
      { ...sides, ...layout.lines },
      { ...sides, ...layout.band },
    ],
    xAxis: [timeAxis(plot, 0), timeAxis(plot, 1)],
    yAxis: [...axes, bandAxis(plot)],
    series: [...lines.map(bandOfLine), ...lines.map(lineSeries), bandSeries(plot, axes.length)],
  };
}

function timeAxis({ range, ticks, tokens }: Plot, gridIndex: number) {
  const customValues = ticks.map(({ at }) => at);
  const texts = new Map(ticks.map(({ at, text }) => [at, text]));
  const isLast = gridIndex === 1;
  return {
    type: "value" as const,
    gridIndex,
    min: range.from,
    max: range.to,
    axisLine: { onZero: false, lineStyle: { color: tokens.line } },
    axisTick: { show: isLast, customValues, lineStyle: { color: tokens["text-muted"] } },
    axisLabel: {
      show: isLast,
      customValues,
      hideOverlap: true,
      color: tokens["text-muted"],
      lineHeight: 15,
      formatter: (value: number) => texts.get(value) ?? "",
    },
    splitLine: { show: !isLast, customValues, lineStyle: { color: tokens["line-faint"] } },
  };
}

function valueAxis(unit: string, index: number, { tokens }: Plot) {
  const isLeft = index === 0;
  return {
    type: "value" as const,
    gridIndex: 0,
    position: isLeft ? ("left" as const) : ("right" as const),
    scale: true,
    splitNumber: 4,
    name: unit,
    nameGap: 10,
    nameTextStyle: { color: tokens["text-muted"], align: isLeft ? ("right" as const) : ("left" as const), padding: 4 },
    axisLabel: { color: tokens["text-muted"] },
    splitLine: { show: isLeft, lineStyle: { color: tokens["line-faint"] } },
  };
}

function bandAxis({ bandLabel, tokens }: Plot) {
  return {
    type: "category" as const,
    gridIndex: 1,
    data: [bandLabel],
    axisLine: { show: false },
    axisTick: { show: false },
    axisLabel: { color: tokens["text-muted"], interval: 0 },
  };
}

/** Pieces are separated by a null, over which no line is drawn. A piece of one point is a dot. */
export function lineData(segments: readonly Segment[]) {
  return segments.flatMap((segment) => {
    const isDot = segment.length === 1;
    const corners = segment.map(({ at, avg }) => ({ value: [at, avg], symbol: isDot ? "circle" : "none" }));
    return [...corners, { value: [segment.at(-1)?.at ?? 0, null], symbol: "none" }];
  });
}

function lineSeries({ look, axis, segments }: PlotLine): LineSeriesOption {
  return {
    type: "line",
    xAxisIndex: 0,
    yAxisIndex: axis,
    data: lineData(segments),
    connectNulls: false,
    showAllSymbol: true,
    symbolSize: 5,
    silent: true,
    itemStyle: { color: look.colour },
    lineStyle: { color: look.colour, width: 1.75, type: look.dash },
    z: 3,
  };
}

/** The area between the smallest and the largest value of the windows. */
function bandOfLine({ look, axis, segments }: PlotLine): CustomSeriesOption {
  return {
    type: "custom",
    xAxisIndex: 0,
    yAxisIndex: axis,
    encode: { x: [1, 2], y: [3, 4] },
    data: segments.map((segment, index) => [index, ...extentOf(segment)]),
    clip: true,
    silent: true,
    z: 2,
    renderItem: (params, api) => ({
      type: "polygon",
      shape: { points: outline(segments[params.dataIndex] ?? [], (at, value) => api.coord([at, value])) },
      style: { fill: look.colour, opacity: 0.22 },
    }),
  };
}

function extentOf(segment: Segment): [number, number, number, number] {
  const [first, last] = [segment[0]?.at ?? 0, segment.at(-1)?.at ?? 0];
  return [first, last, Math.min(...segment.map(({ min }) => min)), Math.max(...segment.map(({ max }) => max))];
}

function outline(segment: Segment, coord: (at: number, value: number) => number[]): number[][] {
  const upper = segment.map(({ at, max }) => coord(at, max));
  const lower = segment.map(({ at, min }) => coord(at, min)).reverse();
  return [...upper, ...lower];
}
