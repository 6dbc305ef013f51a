/** Jobs, runs and alerts for tests. */

import type { Job, JobAlert, JobRun } from "@/api";

const JOB: Job = {
  name: "check_latest",
  description: "Compare the newest readings.",
  schedule: "*/15 * * * *",
  time_zone: "Asia/Shanghai",
  enabled: true,
  timeout_seconds: 600,
  exclusive: true,
  overlap: "skip",
  misfire: "run_once",
  misfire_grace_seconds: 60,
  max_resumes: 3,
  retry: {
    strategy: "exponential_backoff",
    max_attempts: 3,
    delay_seconds: 1,
    delay_seconds_max: 60,
    multiplier: 2,
    jitter: 0.1,
    attempt_timeout_seconds: 60,
    timeout_extension: 1.5,
  },
  parameters: { devices_per_type: 20 },
  problem: null,
  next_run_at: "2026-11-27T08:15:00Z",
  created_at: "2026-11-01T00:00:00Z",
  updated_at: "2026-11-01T00:00:00Z",
  health: "ok",
  silent_since: null,
  active_run: null,
  last_run: null,
  last_success_at: null,
  consecutive_failures: 0,
};

export const aJob = (changes: Partial<Job> = {}): Job => ({ ...JOB, ...changes });

const RUN: JobRun = {
  id: 1,
  job_name: "check_latest",
  state: "succeeded",
  trigger: "schedule",
  requested_by: "scheduler",
  parameters: {},
  dry_run: false,
  idempotency_key: null,
  scheduled_for: null,
  retry_of: null,
  cancel_requested: false,
  worker: null,
  lease_until: null,
  attempts: 1,
  max_attempts: 3,
  resumes: 0,
  created_at: "2026-11-27T08:00:00Z",
  started_at: "2026-11-27T08:00:00Z",
  finished_at: "2026-11-27T08:00:04Z",
  error_category: null,
  error_message: null,
  rows_read: 0,
  rows_written: 0,
  rows_skipped: 0,
  window_start: null,
  window_end: null,
  result: null,
  root_log_id: null,
  run_started_at: "2026-11-27T08:00:00Z",
};

export const aRun = (changes: Partial<JobRun> = {}): JobRun => ({ ...RUN, ...changes });

const ALERT: JobAlert = {
  id: 17,
  job_name: "check_latest",
  problem: "failing",
  severity: "warning",
  open: true,
  message: "The last 3 runs failed.",
  first_message: "The last run failed.",
  findings: 3,
  opened_at: "2026-11-27T08:00:00Z",
  last_found_at: "2026-11-27T08:10:00Z",
  gone_since: null,
  closed_at: null,
  escalated_at: null,
  acknowledgement: null,
};

export const anAlert = (changes: Partial<JobAlert> = {}): JobAlert => ({ ...ALERT, ...changes });
