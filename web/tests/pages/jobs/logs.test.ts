import { describe, expect, it } from "vitest";
import { filtersOf, isByRun, toRequest, toUrl } from "@/pages/jobs/logs/filters";
import { momentOf, toInput } from "@/components/forms/moments";

const NOW = Date.parse("2026-11-27T08:00:30Z");

describe("the filters in the URL", () => {
  it("survive a reload", () => {
    const filters = {
      job: "check_latest",
      log_type: "retry_attempt" as const,
      error_category: "network_error" as const,
      from: "2026-11-01T00:00:00.000Z",
      text: "连接",
    };
    expect(filtersOf(toUrl(filters) as Record<string, string>)).toEqual(filters);
  });

  it("ignore what is no choice and no moment", () => {
    expect(filtersOf({ log_type: "drop table", status: "?", from: "yesterday", job: " ", all: "1" })).toEqual({});
  });

  it("leave out what is empty", () => {
    expect(toUrl({ job: undefined, text: "" })).toEqual({});
  });
});

describe("the request of filters", () => {
  it("asks for one row per run unless all rows are wanted", () => {
    expect(toRequest({ job: "a" }, NOW)).toEqual({ job: "a" });
    expect(toRequest({ job: "a", all: true }, NOW)).toEqual({ job: "a", roots_only: false });
    expect([{}, { all: true as const }, { log_type: "success" as const }].map(isByRun)).toEqual([true, false, false]);
  });

  it("searches a text in the last days of a job, because the server searches no longer range", () => {
    expect(toRequest({ job: "a", text: "x" }, NOW)).toEqual({ job: "a", text: "x", from: "2026-10-28T08:00:00.000Z" });
    expect(toRequest({ job: "a", text: "x", from: "2026-11-20T00:00:00.000Z" }, NOW)).toMatchObject({
      from: "2026-11-20T00:00:00.000Z",
    });
    expect(toRequest({ text: "x" }, NOW)).toEqual({});
  });
});

describe("the input of a moment", () => {
  it("has the time zone of the browser", () => {
    const shown = toInput("2026-11-27T08:00:00Z");
    expect(momentOf(shown)).toBe("2026-11-27T08:00:00.000Z");
    expect(toInput(undefined)).toBe("");
    expect(momentOf("")).toBeUndefined();
  });
});
