/** Loads what the chart shows of a range: windows or readings of its fields, and the spans of states. */

import { type DeviceType, listHistory, listStateSpans, listWindows, type StateSpan } from "@/api";
import { timeZone } from "@/app/format";
import { ApiError } from "@/session";
import { type PointOrGap, pointsOfReadings, pointsOfWindows, silencesOf } from "./points";
import type { Range } from "./range";
import { type Segment, segmentsOfReadings, segmentsOfWindows } from "./segments";

export interface ChartRequest {
  readonly code: string;
  readonly type: DeviceType;
  readonly fields: readonly string[];
  readonly range: Range;
  /** For how many points there is room. */
  readonly pointsMax: number;
}

export interface FieldData {
  readonly points: readonly PointOrGap[];
  readonly segments: readonly Segment[];
}

export interface ChartData {
  readonly range: Range;
  /** The length of the windows, for example 15m; undefined if the points are readings. */
  readonly interval: string | undefined;
  readonly byField: ReadonlyMap<string, FieldData>;
  readonly spans: readonly StateSpan[];
  /** Until when the spans are complete: there may be too many to load. */
  readonly spansEnd: number;
  /** Why there are no spans: the super table has no state. */
  readonly spansError: ApiError | undefined;
}

type Loaded = Pick<ChartData, "spans" | "spansEnd" | "spansError">;

const SPANS_PAGE_SIZE = 5000;
const SPAN_PAGES_MAX = 4;
const READINGS_MAX = 5000;
/** So many readings per point are drawn as they are. */
const READINGS_PER_POINT = 2;
const CONFLICT = 409;

export async function loadChart(request: ChartRequest, signal: AbortSignal): Promise<ChartData> {
  const spans = loadSpans(request, signal);
  // Spans that fail while the lines are loading must not count as an unhandled rejection.
  spans.catch(() => undefined);
  const readings = await loadReadings(request, signal);
  if (readings !== undefined) return { ...(await spans), range: request.range, interval: undefined, byField: readings };
  return loadWindows(request, await spans, signal);
}

/** Returns the readings, if windows would be shorter than the time between readings; undefined if there are too many. */
async function loadReadings(
  { code, type, fields, range, pointsMax }: ChartRequest,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, FieldData> | undefined> {
  if (fields.length === 0) return new Map();
  if ((range.to - range.from) / pointsMax >= type.late_after_seconds * 1000) return undefined;
  const page_size = Math.min(READINGS_MAX, pointsMax * READINGS_PER_POINT);
  const query = { device_code: code, ...bounds(range), fields: [...fields], page_size };
  const { data } = await listHistory({ query, signal, throwOnError: true });
  if (data.next_cursor !== null) return undefined;
  return byField(fields, (field) => {
    const points = pointsOfReadings(data.items, field);
    return { points, segments: segmentsOfReadings(points, type.stale_after_seconds * 1000) };
  });
}

async function loadWindows(
  { code, fields, range, pointsMax }: ChartRequest,
  spans: Loaded,
  signal: AbortSignal,
): Promise<ChartData> {
  const query = {
    ...{ device_code: [code], ...bounds(range), fields: [...fields], max_points: pointsMax, time_zone: timeZone },
    ...{ aggregates: ["avg", "min", "max"] as ("avg" | "min" | "max")[], fill: "null" as const },
  };
  const { data } = await listWindows({ query, signal, throwOnError: true });
  const windows = data.series[0]?.windows ?? [];
  const silences = silencesOf(spans.spans);
  const read = (field: string): FieldData => {
    const points = pointsOfWindows(windows, field, data.interval, range, silences);
    return { points, segments: segmentsOfWindows(points, silences) };
  };
  return { ...spans, range, interval: data.interval, byField: byField(fields, read) };
}

async function loadSpans({ code, range }: ChartRequest, signal: AbortSignal): Promise<Loaded> {
  try {
    return await allSpans(code, range, signal);
  } catch (error) {
    if (error instanceof ApiError && error.status === CONFLICT)
      return { spans: [], spansEnd: range.from, spansError: error };
    throw error;
  }
}

async function allSpans(code: string, range: Range, signal: AbortSignal): Promise<Loaded> {
  const spans: StateSpan[] = [];
  let cursor: string | null = null;
  for (let page = 1; page <= SPAN_PAGES_MAX; page += 1) {
    const following: { cursor?: string } = cursor === null ? {} : { cursor };
    const query = { device_code: [code], ...bounds(range), page_size: SPANS_PAGE_SIZE, ...following };
    const { data } = await listStateSpans({ query, signal, throwOnError: true });
    spans.push(...data.items);
    cursor = data.next_cursor;
    if (cursor === null) return { spans, spansEnd: range.to, spansError: undefined };
  }
  return { spans, spansEnd: Date.parse(spans.at(-1)?.end ?? ""), spansError: undefined };
}

function bounds({ from, to }: Range): { from: string; to: string } {
  return { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
}

function byField(fields: readonly string[], read: (field: string) => FieldData): ReadonlyMap<string, FieldData> {
  return new Map(fields.map((field) => [field, read(field)]));
}
