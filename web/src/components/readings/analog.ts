/** The geometry of an analog bar: where the value, the preset and the normal band are on its scale. */

/** A value is normal while it differs from its preset by at most this share. */
export const PRESET_TOLERANCE = 0.1;
/** The scale reaches so many tolerances to both sides of the preset, and so much of the span beyond bounds. */
const SCALE_TOLERANCES = 3;
const SPAN_MARGIN = 0.125;

/** What a value is compared with. All in the unit of the value. */
export interface Bounds {
  readonly preset?: number | null | undefined;
  readonly minimum?: number | null | undefined;
  readonly maximum?: number | null | undefined;
}

export type Verdict = "low" | "normal" | "high";

/** Positions are shares of the width of the bar, from 0 to 1. */
export interface Analog {
  readonly pointer: number;
  readonly band: readonly [number, number];
  readonly preset: number | undefined;
  readonly verdict: Verdict;
}

interface Scale {
  readonly low: number;
  readonly high: number;
  readonly normal: readonly [number, number];
}

/** Returns the geometry of a value, or undefined if there is neither a preset above 0 nor both bounds. */
export function analogOf(value: number, bounds: Bounds): Analog | undefined {
  const scale = presetScale(bounds) ?? boundsScale(bounds);
  if (scale === undefined || !Number.isFinite(value)) return undefined;
  const at = (each: number): number => clamp((each - scale.low) / (scale.high - scale.low));
  const [low, high] = scale.normal;
  const hasPreset = typeof bounds.preset === "number" && bounds.preset > 0;
  return {
    pointer: at(value),
    band: [at(low), at(high)],
    preset: hasPreset ? at(bounds.preset ?? 0) : undefined,
    verdict: value < low ? "low" : value > high ? "high" : "normal",
  };
}

/** The preset is in the middle, so that the pointers of normal devices form a line. */
function presetScale({ preset, minimum, maximum }: Bounds): Scale | undefined {
  if (typeof preset !== "number" || !(preset > 0)) return undefined;
  const tolerance = preset * PRESET_TOLERANCE;
  return {
    low: preset - SCALE_TOLERANCES * tolerance,
    high: preset + SCALE_TOLERANCES * tolerance,
    normal: [Math.max(preset - tolerance, minimum ?? -Infinity), Math.min(preset + tolerance, maximum ?? Infinity)],
  };
}

function boundsScale({ minimum, maximum }: Bounds): Scale | undefined {
  if (typeof minimum !== "number" || typeof maximum !== "number" || !(maximum > minimum)) return undefined;
  const margin = (maximum - minimum) * SPAN_MARGIN;
  return { low: minimum - margin, high: maximum + margin, normal: [minimum, maximum] };
}

function clamp(share: number): number {
  return Math.min(1, Math.max(0, share));
}
