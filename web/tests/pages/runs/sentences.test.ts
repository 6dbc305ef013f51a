import { describe, expect, it } from "vitest";
import type { ExecutionPhase, JobLog, LogStatus, LogType } from "@/api";
import { LOCALES, type Locale } from "@/app/i18n";
import { eventOf, logSentence } from "@/pages/runs/sentences";
import { bareLog, logOf } from "./rows";
import { sayIn } from "./saying";

const TYPES: LogType[] = [
  "execution_start",
  "retry_attempt",
  "success",
  "failure",
  "timeout",
  "exception",
  "strategy_change",
];
const PHASES: ExecutionPhase[] = ["initial", "retry", "final"];
const STATUSES: LogStatus[] = [
  "running",
  "success",
  "failed",
  "timeout",
  "cancelled",
  "skipped",
  "refused",
  "abandoned",
  "unknown",
];
const TRIPLES = TYPES.flatMap((log_type) =>
  PHASES.flatMap((execution_phase) => STATUSES.map((status) => ({ log_type, execution_phase, status }))),
);
const STATISTICS = { attempts: 3, retries: 2, wait_seconds: 3, strategy_changes: 0, errors_by_category: {} };

/** What is not a sentence: a key without a message, or a value that is missing. */
const BROKEN = /runs\.|\{|undefined|NaN/;

function variants(triple: Partial<JobLog>): JobLog[] {
  return [
    logOf(triple),
    bareLog(triple),
    logOf({ ...triple, ended_at: null, duration_ms: null }),
    logOf({ ...triple, retry_statistics: STATISTICS }),
    logOf({ ...triple, retry_statistics: { ...STATISTICS, attempts: 1, retries: 0 } }),
  ];
}

describe.each(LOCALES)("the sentences of log rows in %s", (locale: Locale) => {
  it("exist for every combination of type, phase and status, also for rows of other programs", async () => {
    for (const log of TRIPLES.flatMap(variants)) {
      const sentence = await sayIn(locale, logSentence(log));
      expect(sentence, JSON.stringify(log)).not.toMatch(BROKEN);
      expect(sentence).not.toBe("");
    }
  });
});

describe("the sentence of a retry", () => {
  it("names the attempt that follows, the planned wait and the category", async () => {
    expect(await sayIn("zh-CN", logSentence(logOf()))).toBe("第 2/3 次，等待 2.5 秒，network_error");
    expect(await sayIn("en", logSentence(logOf()))).toBe("Attempt 2/3 after a wait of 2.5 s, network_error");
  });

  it("says that it still waits, or that the wait was cut short", async () => {
    const waits = logOf({ ended_at: null, duration_ms: null });
    const cut = logOf({ status: "cancelled", duration_ms: 400 });
    expect(await sayIn("zh-CN", logSentence(waits))).toBe("第 2/3 次，正在等待（计划 2.5 秒），network_error");
    expect(await sayIn("zh-CN", logSentence(cut))).toContain("等待 400 毫秒 后中断");
  });

  it("takes the planned wait from its times if the row has no decision", async () => {
    const sentence = logSentence(logOf({ retry_context: null }));
    expect(await sayIn("zh-CN", sentence)).toBe("第 2 次，等待 2.5 秒，network_error");
  });
});

describe("the event of a row", () => {
  it("is known for each event of docs/reference/job-events.md", () => {
    const known = TRIPLES.filter((triple) => eventOf(triple) !== undefined);
    // The rows of events and the cut wait, and the root row with each status that a run may have.
    expect(known).toHaveLength(12 + STATUSES.length);
  });
});
