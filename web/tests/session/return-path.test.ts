import { describe, expect, it } from "vitest";
import { returnPath } from "@/session/return-path";

describe("the way back after a login", () => {
  it.each(["/jobs", "/jobs/runs/7?tab=tree#log", "/realtime?type=welding&team=%E7%84%8A%E4%B8%80%E7%8F%AD", "/"])(
    "leads to %s",
    (path) => {
      expect(returnPath(path)).toBe(path);
    },
  );

  it.each([
    "https://evil.example/",
    "//evil.example",
    "/\\evil.example",
    "/\t/evil.example",
    "\\\\evil.example",
    "javascript:alert(1)",
    "evil.example",
    "/login?to=/login",
    "/a\\..\\b",
    "",
    undefined,
    ["/jobs"],
  ])("leads to the first page instead of to %j", (to) => {
    expect(returnPath(to)).toBe("/");
  });
});
