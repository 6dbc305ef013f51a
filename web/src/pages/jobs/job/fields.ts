/** The fields of the form for the settings of a job. */

import type { MisfirePolicy, OverlapPolicy, RetryStrategy } from "@/api";

export const OVERLAPS = ["skip", "queue", "refuse"] as const satisfies readonly OverlapPolicy[];
export const MISFIRES = ["run_once", "skip"] as const satisfies readonly MisfirePolicy[];
export const STRATEGIES = [
  "fixed",
  "linear",
  "exponential_backoff",
  "adaptive",
] as const satisfies readonly RetryStrategy[];

export const LIMITS = ["timeout_seconds", "misfire_grace_seconds", "max_resumes"] as const;
export const RETRY_NUMBERS = [
  "max_attempts",
  "delay_seconds",
  "delay_seconds_max",
  "multiplier",
  "jitter",
  "attempt_timeout_seconds",
  "timeout_extension",
] as const;

/** The names by which the server reports errors. */
export const FIELD_NAMES: ReadonlySet<string> = new Set([
  "schedule",
  "time_zone",
  "enabled",
  "overlap",
  "misfire",
  ...LIMITS,
  "retry.strategy",
  ...RETRY_NUMBERS.map((name) => `retry.${name}`),
]);

/** Returns whether a strategy uses a number: the others do not change what it does. */
export function isUsed(name: (typeof RETRY_NUMBERS)[number], strategy: RetryStrategy): boolean {
  if (name === "multiplier") return strategy === "exponential_backoff" || strategy === "adaptive";
  return name !== "timeout_extension" || strategy === "adaptive";
}
