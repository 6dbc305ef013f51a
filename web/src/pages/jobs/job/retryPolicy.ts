/** A retry policy as parts of a sentence: which message, with which values. */

import type { RetryPolicy } from "@/api";

export interface SentencePart {
  key: string;
  numbers: Record<string, number>;
  /** Durations in seconds. */
  seconds: Record<string, number>;
}

/** Returns the parts in the order of the sentence: how often, after which delays, and how long an attempt may take. */
export function retryParts(retry: RetryPolicy): SentencePart[] {
  const limit = part("limit", {}, { limit: retry.attempt_timeout_seconds });
  if (retry.max_attempts === 1) return [part("never"), limit];
  const jitter = retry.jitter > 0 ? [part("jitter", { percent: retry.jitter * 100 })] : [];
  return [part("attempts", { attempts: retry.max_attempts }), delays(retry), ...jitter, limit, ...extension(retry)];
}

function delays({ strategy, delay_seconds, delay_seconds_max, multiplier }: RetryPolicy): SentencePart {
  const seconds = { delay: Math.min(delay_seconds, delay_seconds_max), max: delay_seconds_max };
  return part(strategy, { multiplier }, seconds);
}

function extension({ strategy, timeout_extension }: RetryPolicy): SentencePart[] {
  const isExtended = strategy === "adaptive" && timeout_extension > 1;
  return isExtended ? [part("extension", { factor: timeout_extension })] : [];
}

function part(key: string, numbers: Record<string, number> = {}, seconds: Record<string, number> = {}): SentencePart {
  return { key: `jobs.retry.${key}`, numbers, seconds };
}
