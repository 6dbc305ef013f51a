import { describe, expect, it } from "vitest";
import { errorsOf } from "@/components/forms/errors";
import { changedParameters } from "@/pages/jobs/commands/parameters";
import { FIELD_NAMES } from "@/pages/jobs/job/fields";
import { changesOf, settingsOf } from "@/pages/jobs/job/form";
import { retryParts } from "@/pages/jobs/job/retryPolicy";
import { aJob } from "./jobs";

describe("the changes of a form", () => {
  const before = settingsOf(aJob());

  it("hold only what has been changed", () => {
    const after = { ...settingsOf(aJob()), timeout_seconds: 30, retry: { ...before.retry, max_attempts: 5 } };
    expect(changesOf(before, after)).toEqual({ timeout_seconds: 30, retry: { max_attempts: 5 } });
  });

  it("remove the schedule where it is empty", () => {
    expect(changesOf(before, { ...before, schedule: "" })).toEqual({ schedule: null });
  });

  it("are none where nothing has been changed", () => {
    expect(changesOf(before, settingsOf(aJob()))).toBeUndefined();
  });
});

describe("the errors of a form", () => {
  const problem = { type: "", title: "", status: 400, detail: "", help: "", request_id: "r" };

  it("stand at their fields, and others are kept", () => {
    const errors = [
      { location: "body" as const, name: "/schedule", detail: "is not a cron expression" },
      { location: "body" as const, name: "/retry/max_attempts", detail: "is too large" },
      { location: "body" as const, name: "/retry/max_attempts", detail: "must be at most 100" },
      { location: "body" as const, name: "/parameters/x", detail: "is unknown" },
    ];
    expect(errorsOf({ ...problem, errors }, FIELD_NAMES)).toEqual({
      fields: { schedule: "is not a cron expression", "retry.max_attempts": "is too large must be at most 100" },
      others: ["/parameters/x: is unknown"],
    });
  });

  it("are none for a problem without errors", () => {
    expect(errorsOf(problem, FIELD_NAMES)).toEqual({ fields: {}, others: [] });
  });
});

describe("the parameters of a run", () => {
  it("are those that differ from the defaults", () => {
    expect(changedParameters({ apply: false, limit: 20, note: null }, { apply: true, limit: 20, note: null })).toEqual({
      apply: true,
    });
  });
});

describe("the sentence of a retry policy", () => {
  const keys = (changes: object): string[] =>
    retryParts({ ...aJob().retry, ...changes }).map(({ key }) => key.slice(11));

  it("names only what the strategy uses", () => {
    expect(keys({})).toEqual(["attempts", "exponential_backoff", "jitter", "limit"]);
    expect(keys({ strategy: "fixed", jitter: 0 })).toEqual(["attempts", "fixed", "limit"]);
    expect(keys({ strategy: "adaptive" })).toEqual(["attempts", "adaptive", "jitter", "limit", "extension"]);
    expect(keys({ max_attempts: 1 })).toEqual(["never", "limit"]);
  });
});
