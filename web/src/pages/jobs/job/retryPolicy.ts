/** A retry policy as the parts of a sentence. */

import type { RetryPolicy } from "@/api";
import type { Sentence } from "@/pages/runs/sentences";

/** Returns the parts in the order of the sentence: how often, after which delays, and how long an attempt may take. */
export function retryParts(retry: RetryPolicy): Sentence[] {
  const limit = part("limit", {}, { limit: retry.attempt_timeout_seconds });
  if (retry.max_attempts === 1) return [part("never"), limit];
  const jitter = retry.jitter > 0 ? [part("jitter", { percent: retry.jitter * 100 })] : [];
  return [part("attempts", { attempts: retry.max_attempts }), delays(retry), ...jitter, limit, ...extension(retry)];
}

function delays({ strategy, delay_seconds, delay_seconds_max, multiplier }: RetryPolicy): Sentence {
  const seconds = { delay: Math.min(delay_seconds, delay_seconds_max), max: delay_seconds_max };
  return part(strategy, { multiplier }, seconds);
}

function extension({ strategy, timeout_extension }: RetryPolicy): Sentence[] {
  const isExtended = strategy === "adaptive" && timeout_extension > 1;
  return isExtended ? [part("extension", { factor: timeout_extension })] : [];
}

function part(key: string, numbers: Record<string, number> = {}, seconds: Record<string, number> = {}): Sentence {
  return { key: `jobs.retry.${key}`, numbers, seconds };
}
