import { describe, expect, it } from "vitest";
import type { JobRun, RunState } from "@/api";
import { i18n, loadLocale, LOCALES, type Locale } from "@/app/i18n";
import { adviceKey, outcomeSentences } from "@/pages/runs/header/outcome";
import { attemptOf, bareLog, logOf, runOf, waitOf } from "./rows";
import { sayIn } from "./saying";

const ENDED: RunState[] = ["succeeded", "failed", "timed_out", "cancelled", "skipped", "refused", "abandoned"];
const CATEGORIES = [
  "network_error",
  "timeout",
  "unavailable",
  "auth_error",
  "data_error",
  "conflict",
  "resource_exhausted",
  "unknown",
  null,
] as const;

const ONCE = logOf({
  retry_statistics: { attempts: 1, retries: 0, wait_seconds: 0, strategy_changes: 0, errors_by_category: {} },
});
const RECOVERED = logOf({
  retry_statistics: {
    attempts: 3,
    retries: 2,
    wait_seconds: 3,
    strategy_changes: 0,
    errors_by_category: { network_error: 2 },
  },
});

async function outcome(locale: Locale, ...input: Parameters<typeof outcomeSentences>): Promise<string> {
  const sentences: string[] = [];
  for (const each of outcomeSentences(...input)) sentences.push(await sayIn(locale, each));
  return sentences.join(i18n.global.t("runs.outcome.join"));
}

describe("what happened", () => {
  it("is one sentence", async () => {
    expect(await outcome("zh-CN", runOf(), RECOVERED)).toBe("第 3 次成功，共等待 3.0 秒；此前 network_error ×2");
    expect(await outcome("en", runOf(), RECOVERED)).toBe(
      "Succeeded at attempt 3, after waits of 3.0 s; before that network_error ×2",
    );
  });

  it("has a sentence while the run goes on", async () => {
    const running = runOf({ state: "running", finished_at: null, attempts: 2 });
    expect(await outcome("zh-CN", running, undefined, attemptOf(2, 0, null))).toBe("正在进行第 2/3 次尝试");
    expect(await outcome("zh-CN", running, undefined, waitOf(3, 0, 1_000, null))).toBe(
      "等待中，之后进行第 3/3 次尝试；上次 network_error",
    );
  });

  it.each(LOCALES)("has a sentence for each state in %s", async (locale) => {
    for (const state of ENDED) {
      for (const root of [RECOVERED, ONCE, bareLog({}), undefined]) {
        expect(await outcome(locale, runOf({ state }), root), state).not.toMatch(/runs\.|\{|undefined/);
      }
    }
  });
});

describe("what to do", () => {
  it.each(LOCALES)("has a sentence for each category of a failure, and where nothing ran, in %s", async (locale) => {
    await loadLocale(locale);
    const runs: JobRun[] = [
      ...CATEGORIES.map((error_category) => runOf({ state: "failed", error_category })),
      ...ENDED.filter((state) => state !== "succeeded").map((state) => runOf({ state })),
      runOf({ state: "queued" }),
    ];
    for (const run of runs) expect(i18n.global.te(adviceKey(run) ?? "")).toBe(true);
  });

  it("has no advice about a success", () => {
    expect(adviceKey(runOf())).toBeUndefined();
  });
});
