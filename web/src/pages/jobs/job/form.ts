/** The settings of a job as a form edits them. */

import type { Job, JobChange, RetryPolicy } from "@/api";

const PLAIN = [
  "schedule",
  "time_zone",
  "enabled",
  "timeout_seconds",
  "overlap",
  "misfire",
  "misfire_grace_seconds",
  "max_resumes",
] as const;

export type JobSettings = Pick<Job, Exclude<(typeof PLAIN)[number], "schedule">> & {
  /** Empty for a job that starts only on request. */
  schedule: string;
  retry: RetryPolicy;
};

export function settingsOf(job: Job): JobSettings {
  const plain = Object.fromEntries(PLAIN.map((name) => [name, job[name]])) as Pick<Job, (typeof PLAIN)[number]>;
  return { ...plain, schedule: job.schedule ?? "", retry: { ...job.retry } };
}

/** Returns what the form has changed; undefined if nothing. */
export function changesOf(before: JobSettings, after: JobSettings): JobChange | undefined {
  const changed = PLAIN.filter((name) => before[name] !== after[name]).map(
    (name) => [name, toBody(after[name])] as const,
  );
  const retry = Object.entries(after.retry).filter(
    ([name, value]) => before.retry[name as keyof RetryPolicy] !== value,
  );
  if (changed.length + retry.length === 0) return undefined;
  return { ...Object.fromEntries(changed), ...(retry.length > 0 && { retry: Object.fromEntries(retry) }) };
}

const toBody = (value: JobSettings[(typeof PLAIN)[number]]): unknown => (value === "" ? null : value);
