/** Rows of the log, segments and runs for tests. */

import type { JobLog, JobRun, TimelineSegment } from "@/api";
import { aRun } from "../jobs/jobs";

export const START = "2026-03-02T08:15:00.000Z";

export function moment(milliseconds: number): string {
  return new Date(Date.parse(START) + milliseconds).toISOString();
}

export function logOf(more: Partial<JobLog> = {}): JobLog {
  return {
    id: 7,
    run_id: 1,
    job_name: "check",
    parent_log_id: 6,
    run_started_at: START,
    log_type: "retry_attempt",
    execution_phase: "retry",
    status: "failed",
    message: "Attempt 1 of 3 failed; the next one begins in 2.5 s.",
    error_category: "network_error",
    error_message: "The store cannot be reached.",
    attempt_number: 2,
    planned_start_at: moment(2_500),
    started_at: START,
    ended_at: moment(2_531),
    duration_ms: 2_531,
    retry_context: {
      strategy_name: "adaptive",
      delay_seconds: 2.5,
      attempt_number: 2,
      max_attempts: 3,
      error_category: "network_error",
      adaptive_adjustments: { delay_multiplier: 2, timeout_extended: false },
    },
    performance_metrics: null,
    retry_statistics: null,
    rows_read: null,
    rows_written: null,
    rows_skipped: null,
    window_start: null,
    window_end: null,
    ...more,
  };
}

/** A row as another program may have written it: with the columns that are never null. */
export function bareLog(more: Partial<JobLog>): JobLog {
  const nothing = { attempt_number: null, planned_start_at: null, started_at: null, ended_at: null, duration_ms: null };
  return logOf({ run_id: null, retry_context: null, error_category: null, ...nothing, ...more });
}

export function attemptOf(
  number: number,
  start: number,
  end: number | null,
  more: Partial<TimelineSegment> = {},
): TimelineSegment {
  return segmentOf({ kind: "attempt", attempt_number: number, status: "failed", ...more }, start, end);
}

export function waitOf(number: number, start: number, planned: number, end: number | null): TimelineSegment {
  const status = end === null ? "running" : "success";
  return segmentOf({ kind: "wait", attempt_number: number, planned_end_at: moment(planned), status }, start, end);
}

function segmentOf(more: Partial<TimelineSegment>, start: number, end: number | null): TimelineSegment {
  return {
    kind: "attempt",
    attempt_number: 1,
    planned_start_at: null,
    started_at: moment(start),
    planned_end_at: null,
    ended_at: end === null ? null : moment(end),
    duration_ms: end === null ? null : end - start,
    status: "failed",
    error_category: "network_error",
    ...more,
  };
}

export function runOf(more: Partial<JobRun> = {}): JobRun {
  return aRun({
    job_name: "check",
    worker: "arcbeat-1:4711:9f3a",
    attempts: 3,
    created_at: START,
    started_at: START,
    finished_at: moment(3_000),
    root_log_id: 6,
    run_started_at: START,
    ...more,
  });
}
