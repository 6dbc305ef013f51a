/** What a row of the job log records, as one plain sentence: a message key with its values. Pure, so that it can be tested for every row. */

import type { JobLog } from "@/api";

/** A message with its values, by how they are shown. */
export interface Sentence {
  key: string;
  numbers?: Record<string, number>;
  /** Durations in seconds. */
  seconds?: Record<string, number>;
  words?: Record<string, string>;
}

/** What happened to a run, as in docs/reference/job-events.md. `skipped` is both events that skip a run. */
export type EventName =
  | "started"
  | "retried"
  | "resumed"
  | "strategyChanged"
  | "succeeded"
  | "failed"
  | "timedOut"
  | "raised"
  | "cancelled"
  | "orphanClosed"
  | "skipped"
  | "refused";

type Triple = Pick<JobLog, "log_type" | "execution_phase" | "status">;

const EVENTS: Record<string, EventName> = {
  "retry_attempt/retry/failed": "retried",
  "retry_attempt/retry/cancelled": "retried",
  "retry_attempt/retry/abandoned": "resumed",
  "strategy_change/retry/success": "strategyChanged",
  "success/final/success": "succeeded",
  "failure/final/failed": "failed",
  "timeout/final/timeout": "timedOut",
  "exception/final/failed": "raised",
  "exception/final/cancelled": "cancelled",
  "exception/final/abandoned": "orphanClosed",
  "execution_start/final/skipped": "skipped",
  "failure/final/refused": "refused",
};

/** Returns the event that a row records. The root row of a run has the status of the run. Undefined for a row that arcbeat does not write. */
export function eventOf(log: Triple): EventName | undefined {
  if (log.log_type === "execution_start" && log.execution_phase === "initial") return "started";
  return EVENTS[`${log.log_type}/${log.execution_phase}/${log.status}`];
}

/** Returns the sentence of a row. */
export function logSentence(log: JobLog): Sentence {
  const event = eventOf(log);
  return (event && SENTENCES[event](log)) ?? otherSentence(log);
}

const plain = (key: string) => (): Sentence => ({ key });

/** A row that lacks what its sentence needs, because another program wrote it, has none of these. */
const SENTENCES: Record<EventName, (log: JobLog) => Sentence | undefined> = {
  started: rootSentence,
  retried: retriedSentence,
  resumed: (log) => atAttempt("runs.sentences.resumed", log),
  strategyChanged: strategySentence,
  succeeded: (log) => atAttempt("runs.sentences.succeeded", log),
  failed: (log) => atAttempt("runs.sentences.failed", log, { category: categoryOf(log) }),
  timedOut: (log) => atAttempt("runs.sentences.timedOut", log),
  raised: (log) => atAttempt("runs.sentences.raised", log),
  cancelled: plain("runs.sentences.cancelled"),
  orphanClosed: plain("runs.sentences.orphanClosed"),
  skipped: plain("runs.sentences.skipped"),
  refused: plain("runs.sentences.refused"),
};

/** The root row: the beginning of the run, and what its attempts add up to once it has ended. */
function rootSentence(log: JobLog): Sentence {
  const statistics = log.retry_statistics;
  if (log.status === "running" || !statistics) return { key: `runs.sentences.begun.${log.status}` };
  const times = statistics.retries === 0 ? "once" : "more";
  return {
    key: `runs.sentences.ended.${times}.${log.status}`,
    numbers: { attempts: statistics.attempts },
    seconds: { wait: statistics.wait_seconds },
  };
}

/** A retry names the attempt that follows, and the wait that was planned before it. */
function retriedSentence(log: JobLog): Sentence | undefined {
  const wait = log.retry_context?.delay_seconds ?? plannedWait(log);
  if (wait === undefined) return undefined;
  const sentence = atAttempt(`runs.sentences.${retryKey(log)}`, log, { category: categoryOf(log) });
  return sentence && { ...sentence, seconds: { wait, actual: (log.duration_ms ?? 0) / 1000 } };
}

function retryKey(log: JobLog): string {
  if (log.status === "cancelled") return "retryCut";
  return log.ended_at === null ? "retryWaits" : "retried";
}

function plannedWait(log: JobLog): number | undefined {
  if (log.planned_start_at === null || log.started_at === null) return undefined;
  return (Date.parse(log.planned_start_at) - Date.parse(log.started_at)) / 1000;
}

function strategySentence(log: JobLog): Sentence | undefined {
  const changes = log.retry_context?.adaptive_adjustments;
  if (!changes) return undefined;
  const key = changes.timeout_extended ? "strategyExtended" : "strategyChanged";
  return { key: `runs.sentences.${key}`, numbers: { multiplier: changes.delay_multiplier } };
}

function atAttempt(key: string, log: JobLog, words: Record<string, string> = {}): Sentence | undefined {
  const number = log.attempt_number;
  if (number === null) return undefined;
  const limit = log.retry_context?.max_attempts;
  return { key, words: { ...words, attempt: limit === undefined ? String(number) : `${number}/${limit}` } };
}

function categoryOf(log: JobLog): string {
  return log.error_category ?? "unknown";
}

/** A row of another program: what its three columns say. */
function otherSentence(log: JobLog): Sentence {
  return {
    key: "runs.sentences.other",
    words: { type: log.log_type, phase: log.execution_phase, status: log.status },
  };
}
