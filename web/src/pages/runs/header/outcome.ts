/** What happened to a run, in one sentence, and what to do about it. */

import type { JobLog, JobRun, RetryStatistics, TimelineSegment } from "@/api";
import type { Sentence } from "../sentences";

type Statistics = NonNullable<RetryStatistics>;

const NEVER_BEGAN: readonly JobRun["state"][] = ["skipped", "refused"];

/** Returns what happened to a run; `root` is the root row of its log, `current` the segment that is under way. */
export function outcomeSentences(run: JobRun, root?: JobLog, current?: TimelineSegment): Sentence[] {
  if (run.finished_at === null) return [progressSentence(run, current)];
  const statistics = root?.retry_statistics;
  if (!statistics || NEVER_BEGAN.includes(run.state)) return [{ key: `runs.outcome.bare.${run.state}` }];
  return endedSentences(run, statistics);
}

function progressSentence(run: JobRun, current?: TimelineSegment): Sentence {
  if (run.state === "queued") return { key: "runs.outcome.queued" };
  const words = { attempt: `${current?.attempt_number ?? run.attempts}/${run.max_attempts}` };
  if (current?.kind !== "wait") return { key: "runs.outcome.attempt", words };
  return { key: "runs.outcome.wait", words: { ...words, category: current.error_category ?? "unknown" } };
}

function endedSentences(run: JobRun, statistics: Statistics): Sentence[] {
  const main = {
    key: `runs.outcome.${statistics.attempts <= 1 ? "once" : "more"}.${run.state}`,
    numbers: { attempts: statistics.attempts },
    seconds: { wait: statistics.wait_seconds },
  };
  const errors = errorWords(statistics);
  if (errors === "") return [main];
  const key = run.state === "succeeded" ? "runs.outcome.errorsBefore" : "runs.outcome.errors";
  return [main, { key, words: { errors } }];
}

/** Returns the failed attempts by category, the most frequent first: `network_error ×2, timeout ×1`. */
export function errorWords(statistics: Statistics): string {
  return Object.entries(statistics.errors_by_category)
    .sort(([, a], [, b]) => b - a)
    .map(([category, count]) => (count === 1 ? category : `${category} ×${count}`))
    .join(", ");
}

const ADVISED_STATES: readonly JobRun["state"][] = ["skipped", "refused", "abandoned", "cancelled", "queued"];
const FAILED_STATES: readonly JobRun["state"][] = ["failed", "timed_out"];

/** Returns the key of what to do about a run; undefined if nothing is to be done. */
export function adviceKey(run: JobRun): string | undefined {
  if (FAILED_STATES.includes(run.state)) return `runs.advice.${run.error_category ?? "unknown"}`;
  return ADVISED_STATES.includes(run.state) ? `runs.stateAdvice.${run.state}` : undefined;
}
