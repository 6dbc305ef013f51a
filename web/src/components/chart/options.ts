/** What all charts have in common: the look of the tokens, and tooltips that the Content-Security-Policy allows. */

import type { BarSeriesOption, LineSeriesOption } from "echarts/charts";
import type {
  AriaComponentOption,
  GridComponentOption,
  LegendComponentOption,
  TooltipComponentOption,
} from "echarts/components";
import type { ComposeOption } from "echarts/core";
import type { Tokens } from "./useTokens";

export type ChartOption = ComposeOption<
  | AriaComponentOption
  | BarSeriesOption
  | GridComponentOption
  | LegendComponentOption
  | LineSeriesOption
  | TooltipComponentOption
>;
export type BarSeries = BarSeriesOption;
export type LineSeries = LineSeriesOption;

/** The same data as a table, for screen readers, and for people who prefer numbers. */
export interface ChartTable {
  columns: string[];
  rows: string[][];
}

/** Returns the parts of an option that do not depend on its data. */
export function baseOption(tokens: Tokens, isStill: boolean): ChartOption {
  return {
    animation: !isStill,
    animationDuration: 200,
    animationDurationUpdate: 200,
    textStyle: { color: tokens.text, fontFamily: "inherit" },
    // HTML tooltips need inline styles, which the policy forbids.
    tooltip: {
      trigger: "axis",
      renderMode: "richText",
      confine: true,
      axisPointer: { type: "shadow" },
      backgroundColor: tokens["surface-raised"],
      borderColor: tokens.line,
      textStyle: { color: tokens.text, fontSize: 12 },
    },
    legend: { bottom: 0, itemWidth: 14, itemHeight: 10, textStyle: { color: tokens.text } },
    grid: { top: 16, left: 8, right: 16, bottom: 40, outerBoundsMode: "same" },
    // The component has a description of its own, in the language of the page.
    aria: { enabled: false },
  };
}

/** Returns the look of an axis of names. */
export function nameAxis(tokens: Tokens, names: string[]) {
  return {
    type: "category" as const,
    data: names,
    axisLine: { lineStyle: { color: tokens.line } },
    axisTick: { show: false },
    axisLabel: { color: tokens["text-muted"] },
  };
}

/** Returns the look of an axis of counts: whole numbers only. */
export function countAxis(tokens: Tokens) {
  return {
    type: "value" as const,
    minInterval: 1,
    splitLine: { lineStyle: { color: tokens.line } },
    axisLabel: { color: tokens["text-muted"] },
  };
}

/** Returns the look of an axis of measurements, which need not begin at zero. */
export function valueAxis(tokens: Tokens) {
  return { ...countAxis(tokens), minInterval: 0, scale: true };
}
