import { describe, expect, it } from "vitest";
import { daysLeft, stateOf } from "@/pages/admin/keys/keys";
import { wallLink } from "@/pages/admin/wall-links/link";

const NOW = Date.parse("2026-03-02T08:00:00Z");

function aKey({ expires_at = null, revoked_at = null }: { expires_at?: string | null; revoked_at?: string | null }) {
  return { expires_at, revoked_at };
}

describe("the state of a key", () => {
  it.each([
    ["active", aKey({})],
    ["active", aKey({ expires_at: "2026-03-02T08:00:01Z" })],
    ["expired", aKey({ expires_at: "2026-03-02T16:00:00+08:00" })],
    ["revoked", aKey({ expires_at: "2026-03-01T00:00:00Z", revoked_at: "2026-02-01T00:00:00Z" })],
  ])("is %s", (state, key) => {
    expect(stateOf(key, NOW)).toBe(state);
  });
});

describe("the days that a key has left", () => {
  it.each([
    [undefined, aKey({})],
    [undefined, aKey({ expires_at: "2026-04-01T08:00:00Z" })],
    [29, aKey({ expires_at: "2026-04-01T07:59:59Z" })],
    [0, aKey({ expires_at: "2026-03-02T09:00:00Z" })],
    [undefined, aKey({ expires_at: "2026-03-01T08:00:00Z" })],
    [undefined, aKey({ expires_at: "2026-03-03T08:00:00Z", revoked_at: "2026-03-01T08:00:00Z" })],
  ])("are %s", (days, key) => {
    expect(daysLeft(key, NOW)).toBe(days);
  });
});

describe("a wall link", () => {
  const choices = { type: "welding", language: "zh-CN", theme: "dark" } as const;

  it("has what the screen shows in its query, and the key in its fragment", () => {
    const link = new URL(wallLink("http://factory.lan:8000", { ...choices, team: "班组 一&二" }, "arcbeat_1_a-b"));
    expect(Object.fromEntries(link.searchParams)).toEqual({
      type: "welding",
      team: "班组 一&二",
      lang: "zh-CN",
      theme: "dark",
    });
    expect(link.pathname + link.hash).toBe("/wall#key=arcbeat_1_a-b");
  });

  it("names no team for all teams", () => {
    expect(wallLink("http://a", { ...choices, team: "" }, "k")).toBe(
      "http://a/wall?type=welding&lang=zh-CN&theme=dark#key=k",
    );
  });
});
