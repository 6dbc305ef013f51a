/** Where the cursor stops. */

import type { ChartData } from "../data/loading";

/** Returns the moments of all points in order; without points, the middles of the spans. */
export function momentsOf(data: ChartData | undefined): number[] {
  if (data === undefined) return [];
  const points = [...data.byField.values()].flatMap((field) => field.points.flatMap((point) => point?.at ?? []));
  const middles = data.spans.map(({ start, end }) => (Date.parse(start) + Date.parse(end)) / 2);
  return [...new Set(points.length > 0 ? points : middles)].sort((one, other) => one - other);
}
