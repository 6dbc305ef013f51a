/** What a log row measured and decided, as names and values with their units. */

import type { JobLog } from "@/api";

export type Unit = "seconds" | "milliseconds" | "percent" | "mebibytes" | "number" | "text" | "flag";

export interface Fact {
  /** The name of the property in the API. */
  name: string;
  unit: Unit;
  value: number | string | boolean;
}

export interface FactGroup {
  name: "retry_context" | "performance_metrics" | "retry_statistics" | "rows";
  facts: Fact[];
}

/** Returns what a row has, in groups; a value that was not measured is left out. */
export function factsOf(log: JobLog): FactGroup[] {
  const groups: FactGroup[] = [
    { name: "retry_context", facts: contextFacts(log) },
    { name: "retry_statistics", facts: statisticsFacts(log) },
    { name: "performance_metrics", facts: metricFacts(log) },
    { name: "rows", facts: rowFacts(log) },
  ];
  return groups.filter((group) => group.facts.length > 0);
}

function contextFacts({ retry_context: context }: JobLog): Fact[] {
  if (!context) return [];
  const { delay_multiplier: multiplier, timeout_extended: extended } = context.adaptive_adjustments;
  return known([
    ["strategy_name", "text", context.strategy_name],
    ["delay_seconds", "seconds", context.delay_seconds],
    ["attempt_number", "number", context.attempt_number],
    ["max_attempts", "number", context.max_attempts],
    ["error_category", "text", context.error_category],
    ["delay_multiplier", "number", multiplier],
    ["timeout_extended", "flag", extended],
  ]);
}

function statisticsFacts({ retry_statistics: statistics }: JobLog): Fact[] {
  if (!statistics) return [];
  const errors = Object.entries(statistics.errors_by_category).map(([category, count]) => `${category} ×${count}`);
  return known([
    ["attempts", "number", statistics.attempts],
    ["retries", "number", statistics.retries],
    ["wait_seconds", "seconds", statistics.wait_seconds],
    ["strategy_changes", "number", statistics.strategy_changes],
    ["errors_by_category", "text", errors.length > 0 ? errors.join(", ") : null],
  ]);
}

function metricFacts({ performance_metrics: metrics }: JobLog): Fact[] {
  if (!metrics) return [];
  return known([
    ["cpu_usage_percent", "percent", metrics.cpu_usage_percent],
    ["memory_usage_mb", "mebibytes", metrics.memory_usage_mb],
    ["network_latency_ms", "milliseconds", metrics.network_latency_ms],
    ["database_query_time_ms", "milliseconds", metrics.database_query_time_ms],
    ["api_response_time_ms", "milliseconds", metrics.api_response_time_ms],
  ]);
}

function rowFacts(log: JobLog): Fact[] {
  return known([
    ["rows_read", "number", log.rows_read],
    ["rows_written", "number", log.rows_written],
    ["rows_skipped", "number", log.rows_skipped],
  ]);
}

function known(facts: [name: string, unit: Unit, value: Fact["value"] | null][]): Fact[] {
  return facts.flatMap(([name, unit, value]) => (value === null ? [] : [{ name, unit, value }]));
}
