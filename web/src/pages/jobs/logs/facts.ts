/** What a row of the log has measured and decided, as a flat list. */

import type { JobLog } from "@/api";

export type FactKind = "number" | "seconds" | "milliseconds" | "percent" | "mebibytes" | "word" | "boolean" | "moment";

export interface Fact {
  group: "row" | "retry" | "statistics" | "performance";
  name: string;
  kind: FactKind;
  value: number | string | boolean;
}

type Kinds = Record<string, FactKind>;

const ROW: Kinds = {
  attempt_number: "number",
  planned_start_at: "moment",
  ended_at: "moment",
  rows_read: "number",
  rows_written: "number",
  rows_skipped: "number",
  window_start: "moment",
  window_end: "moment",
};
const RETRY: Kinds = {
  strategy_name: "word",
  delay_seconds: "seconds",
  max_attempts: "number",
  error_category: "word",
};
const ADJUSTMENTS: Kinds = { delay_multiplier: "number", timeout_extended: "boolean" };
const STATISTICS: Kinds = {
  attempts: "number",
  retries: "number",
  wait_seconds: "seconds",
  strategy_changes: "number",
};
const PERFORMANCE: Kinds = {
  cpu_usage_percent: "percent",
  memory_usage_mb: "mebibytes",
  network_latency_ms: "milliseconds",
  database_query_time_ms: "milliseconds",
  api_response_time_ms: "milliseconds",
};

/** Returns the facts of a row; what it does not have is omitted. */
export function factsOf(log: JobLog): Fact[] {
  return [
    ...listed("row", log, ROW),
    ...listed("retry", log.retry_context, RETRY),
    ...listed("retry", log.retry_context?.adaptive_adjustments, ADJUSTMENTS),
    ...listed("statistics", log.retry_statistics, STATISTICS),
    ...listed("performance", log.performance_metrics, PERFORMANCE),
  ];
}

function listed(group: Fact["group"], values: object | null | undefined, kinds: Kinds): Fact[] {
  const found = new Map<string, unknown>(Object.entries(values ?? {}));
  return Object.entries(kinds).flatMap(([name, kind]) => {
    const value = found.get(name);
    const isShown = typeof value === "number" || typeof value === "string" || typeof value === "boolean";
    return isShown ? [{ group, name, kind, value }] : [];
  });
}
