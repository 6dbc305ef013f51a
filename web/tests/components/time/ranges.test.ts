import { describe, expect, it } from "vitest";
import { rangeOf, rangeProblem, rangeToUrl, resolvedRange } from "@/components/time/ranges";

const NOW = Date.parse("2026-03-31T12:00:00Z");

describe("ranges", () => {
  it("are those of the URL, or else the last 24 hours", () => {
    expect(rangeOf({})).toEqual({ preset: "24h" });
    expect(rangeOf({ range: "7d" })).toEqual({ preset: "7d" });
    expect(rangeOf({ range: "9y", from: "yesterday" })).toEqual({ preset: "24h" });
    expect(rangeOf({ range: "7d", from: "2026-03-02T08:00:00+08:00" })).toEqual({ from: "2026-03-02T00:00:00.000Z" });
  });

  it("survive the URL", () => {
    for (const range of [{ preset: "30d" }, { preset: "24h" }, { from: "2026-03-02T00:00:00.000Z" }] as const)
      expect(rangeOf(rangeToUrl(range) as Record<string, string>)).toEqual(range);
  });

  it("end now unless they have an end", () => {
    expect(resolvedRange({ preset: "1h" }, NOW)).toEqual({ from: "2026-03-31T11:00:00.000Z" });
    expect(resolvedRange({ to: "2026-03-02T00:00:00.000Z" }, NOW)).toEqual({
      from: "2026-03-01T00:00:00.000Z",
      to: "2026-03-02T00:00:00.000Z",
    });
  });

  it("must not be reversed or longer than 31 days", () => {
    expect(rangeProblem({ from: "2026-04-01T00:00:00Z" }, NOW)).toBe("reversed");
    expect(rangeProblem({ from: "2026-02-28T11:59:59Z" }, NOW)).toBe("tooLong");
    expect(rangeProblem({ from: "2026-02-28T12:00:00Z" }, NOW)).toBeUndefined();
    expect(rangeProblem({ preset: "30d" }, NOW)).toBeUndefined();
  });
});
