import { afterEach, expect, it, vi } from "vitest";
import type { Router } from "vue-router";

const WALL = "/wall?type=welding#key=arcbeat_1";

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

it("a wall screen whose chunk is gone loads again, although its address stays the same", async () => {
  const location = {
    pathname: "/wall",
    search: "?type=welding",
    hash: "#key=arcbeat_1",
    reload: vi.fn(),
    assign: vi.fn(),
  };
  vi.stubGlobal("location", location);
  vi.stubGlobal("fetch", () => Promise.resolve(new Response("")));
  const push = vi.spyOn(history, "pushState");
  const { reloadForNewVersion } = await import("@/app/new-version");
  let fail: (error: Error, to: { fullPath: string }) => void = () => undefined;
  reloadForNewVersion({ onError: (handler: typeof fail) => (fail = handler) } as unknown as Router);

  fail(new TypeError("Failed to fetch dynamically imported module"), { fullPath: WALL });

  await vi.waitFor(() => {
    expect(location.reload).toHaveBeenCalledOnce();
  });
  expect(push).not.toHaveBeenCalled();
});
