/** Ranges of time, in milliseconds since 1970: those that can be chosen, and what zooming makes of them. */

export interface Range {
  readonly from: number;
  readonly to: number;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The ranges that end now. */
export const PRESETS = { "1h": HOUR, "8h": 8 * HOUR, "24h": DAY, "7d": 7 * DAY, "31d": 31 * DAY } as const;
export type Preset = keyof typeof PRESETS;
export const DEFAULT_PRESET: Preset = "8h";

/** The API divides up to 300 days per device into states. */
export const RANGE_MAX = 300 * DAY;
export const ZOOM_MIN = 10_000;
const STEP = 0.5;

export function isPreset(text: string): text is Preset {
  return Object.hasOwn(PRESETS, text);
}

/** Returns the preset range that ends at a moment. */
export function presetRange(preset: Preset, now: number): Range {
  return { from: now - PRESETS[preset], to: now };
}

/** Returns the range of two moments as RFC 3339; undefined unless both are valid, in order, and not too far apart. */
export function rangeOf(from: string, to: string): Range | undefined {
  const range = { from: Date.parse(from), to: Date.parse(to) };
  const length = range.to - range.from;
  return length > 0 && length <= RANGE_MAX ? range : undefined;
}

/** Returns the part of a range that has passed, because nothing is known of the other; the range itself if it is all to come. */
export function pastOf({ from, to }: Range, now: number): Range {
  return { from, to: from < now ? Math.min(to, now) : to };
}

/** Returns a range in the form that ISO 8601 has for it, for URLs. */
export function intervalText({ from, to }: Range): string {
  return `${new Date(from).toISOString()}/${new Date(to).toISOString()}`;
}

/** Returns the range of such a text, if it is valid. */
export function intervalOf(text: string): Range | undefined {
  const [from = "", to = ""] = text.split("/");
  return rangeOf(from, to);
}

/** Returns the half of a range around a moment, which keeps its place. */
export function zoomedIn(range: Range, at: number, whole: Range): Range {
  return zoomed(range, STEP, at, whole);
}

/** Returns the double of a range around a moment, which keeps its place; at most the whole. */
export function zoomedOut(range: Range, at: number, whole: Range): Range {
  return zoomed(range, 1 / STEP, at, whole);
}

/** Returns the range moved by a share of its length; never outside the whole. */
export function panned({ from, to }: Range, share: number, whole: Range): Range {
  const by = (to - from) * share;
  return within({ from: from + by, to: to + by }, whole);
}

/** Returns the range from one moment to another in any order; at least as long as the shortest zoom. */
export function between(one: number, other: number, whole: Range): Range {
  const [from, to] = [Math.min(one, other), Math.max(one, other)];
  const missing = Math.max(0, ZOOM_MIN - (to - from)) / 2;
  return within({ from: from - missing, to: to + missing }, whole);
}

function zoomed(range: Range, factor: number, at: number, whole: Range): Range {
  const length = Math.max((range.to - range.from) * factor, ZOOM_MIN);
  const share = (at - range.from) / (range.to - range.from);
  return within({ from: at - share * length, to: at + (1 - share) * length }, whole);
}

function within(range: Range, whole: Range): Range {
  const length = range.to - range.from;
  if (length >= whole.to - whole.from) return whole;
  const from = Math.min(Math.max(range.from, whole.from), whole.to - length);
  return { from, to: from + length };
}
