/** A range of time as a person chooses it: the last hours or days, or from one moment to another. */

import type { LocationQuery, LocationQueryRaw } from "vue-router";
import { firstOf } from "@/app/urlText";

/** The API searches at most 31 days; a day less, because the server has another clock. */
export const PRESETS = { "1h": 1, "8h": 8, "24h": 24, "7d": 7 * 24, "30d": 30 * 24 } as const;
export type Preset = keyof typeof PRESETS;
export const PRESET_NAMES = Object.keys(PRESETS) as Preset[];
export const PRESET_DEFAULT: Preset = "24h";
export const RANGE_DAYS_MAX = 31;

const HOUR_MILLISECONDS = 3_600_000;
const RANGE_MILLISECONDS_MAX = RANGE_DAYS_MAX * 24 * HOUR_MILLISECONDS;

export interface RangeChoice {
  /** Undefined for a range of one's own. */
  readonly preset?: Preset;
  /** RFC 3339. */
  readonly from?: string;
  readonly to?: string;
}

/** Returns the range of a URL. What is not valid is ignored. */
export function rangeOf(query: LocationQuery): RangeChoice {
  const [from, to] = [momentIn(query.from), momentIn(query.to)];
  if (from !== undefined || to !== undefined) return { ...(from && { from }), ...(to && { to }) };
  const preset = PRESET_NAMES.find((each) => each === firstOf(query.range));
  return { preset: preset ?? PRESET_DEFAULT };
}

/** Returns the part of a URL that holds a range; the default is left out. */
export function rangeToUrl({ preset, from, to }: RangeChoice): LocationQueryRaw {
  if (preset !== undefined) return preset === PRESET_DEFAULT ? {} : { range: preset };
  return { ...(from && { from }), ...(to && { to }) };
}

/** Returns the moments to ask the API for; `now` in milliseconds since 1970. Without an end, the range ends now. */
export function resolvedRange({ preset, from, to }: RangeChoice, now: number): { from: string; to?: string } {
  if (preset !== undefined) return { from: hoursBefore(now, PRESETS[preset]) };
  const end = to === undefined ? now : Date.parse(to);
  return { from: from ?? hoursBefore(end, PRESETS[PRESET_DEFAULT]), ...(to !== undefined && { to }) };
}

/** Returns why the API would reject a range; undefined if it would not. */
export function rangeProblem(choice: RangeChoice, now: number): "reversed" | "tooLong" | undefined {
  const { from, to } = resolvedRange(choice, now);
  const milliseconds = (to === undefined ? now : Date.parse(to)) - Date.parse(from);
  if (milliseconds <= 0) return "reversed";
  return milliseconds > RANGE_MILLISECONDS_MAX ? "tooLong" : undefined;
}

function hoursBefore(end: number, hours: number): string {
  return new Date(end - hours * HOUR_MILLISECONDS).toISOString();
}

function momentIn(value: LocationQuery[string] | undefined): string | undefined {
  const text = firstOf(value);
  return text === undefined || Number.isNaN(Date.parse(text)) ? undefined : new Date(text).toISOString();
}
