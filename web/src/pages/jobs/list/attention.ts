/** Which jobs need a person, and in which order a list shows jobs. */

import type { Job, JobHealth } from "@/api";

/** The most urgent first; the others need no one. */
const URGENCY: readonly JobHealth[] = ["damaged", "stuck", "silent", "failing"];

export function needsAttention(job: Pick<Job, "health">): boolean {
  return URGENCY.includes(job.health);
}

export interface JobGroups {
  attention: Job[];
  rest: Job[];
}

/** Returns the jobs that need a person, the most urgent first, and the others by name, disabled ones last. */
export function byAttention(jobs: readonly Job[]): JobGroups {
  const attention = jobs
    .filter(needsAttention)
    .sort((a, b) => urgency(a) - urgency(b) || byFailures(a, b) || byName(a, b));
  const rest = jobs.filter((job) => !needsAttention(job)).sort((a, b) => isOff(a) - isOff(b) || byName(a, b));
  return { attention, rest };
}

/** Returns the jobs whose name or description contains the text, whatever its case. */
export function matching(jobs: readonly Job[], text: string): Job[] {
  const wanted = text.trim().toLowerCase();
  return jobs.filter((job) => `${job.name}\n${job.description}`.toLowerCase().includes(wanted));
}

const urgency = (job: Job): number => URGENCY.indexOf(job.health);
const byFailures = (a: Job, b: Job): number => b.consecutive_failures - a.consecutive_failures;
const byName = (a: Job, b: Job): number => (a.name < b.name ? -1 : 1);
const isOff = (job: Job): number => (job.health === "disabled" ? 1 : 0);
