/** What the chart shows at one moment. */

import { computed, type ComputedRef, type Ref } from "vue";
import type { StateSpan } from "@/api";
import type { ChartData } from "../data/loading";
import type { PointOrGap } from "../data/points";

export interface Readout {
  readonly at: number;
  /** By field; null where nothing is known. */
  readonly points: ReadonlyMap<string, PointOrGap>;
  readonly span: StateSpan | undefined;
}

export function useReadout(
  data: Readonly<Ref<ChartData | undefined>>,
  cursor: Readonly<Ref<number | undefined>>,
  silenceMilliseconds: number,
): ComputedRef<Readout | undefined> {
  return computed(() => {
    const [known, at] = [data.value, cursor.value];
    if (known === undefined || at === undefined) return undefined;
    const tolerance = known.interval === undefined ? silenceMilliseconds : 0;
    const points = new Map([...known.byField].map(([field, { points }]) => [field, pointAt(points, at, tolerance)]));
    return { at, points, span: spanAt(known.spans, at) };
  });
}

/** Returns the point whose window contains a moment; of readings, the nearest one that is not too far. */
export function pointAt(points: readonly PointOrGap[], at: number, tolerance: number): PointOrGap {
  if (tolerance === 0) return points.find((point) => point !== null && point.start <= at && at < point.end) ?? null;
  const nearest = points.reduce<PointOrGap>((best, point) => {
    if (point === null) return best;
    return best === null || Math.abs(point.at - at) < Math.abs(best.at - at) ? point : best;
  }, null);
  return nearest !== null && Math.abs(nearest.at - at) <= tolerance ? nearest : null;
}

/** Returns the span that contains a moment; the last one also at its end. There may be thousands, so it halves them. */
export function spanAt(spans: readonly StateSpan[], at: number): StateSpan | undefined {
  let [low, high] = [0, spans.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (Date.parse(spans[middle]?.start ?? "") <= at) low = middle;
    else high = middle - 1;
  }
  const span = spans[low];
  const isWithin = span !== undefined && Date.parse(span.start) <= at && at <= Date.parse(span.end);
  return isWithin ? span : undefined;
}
