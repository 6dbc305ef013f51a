import { flushPromises, mount } from "@vue/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { defineComponent, h, shallowRef } from "vue";
import { createMemoryHistory, createRouter } from "vue-router";
import { type ChartRange, useRange } from "@/pages/device/chart/useRange";

const HOUR = 3_600_000;
const NOW = Date.parse("2026-03-02T08:00:00Z");
const CUSTOM = "/?from=2026-03-01T00:00:00.000Z&to=2026-03-01T08:00:00.000Z";

/** Opens pages one after the other, and returns the range of the last one. */
async function opened(...paths: string[]) {
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: "/", component: {} }] });
  for (const path of paths) await router.push(path);
  const made: { range?: ChartRange } = {};
  const page = defineComponent(() => {
    made.range = useRange(shallowRef(NOW));
    return () => h("i");
  });
  mount(page, { global: { plugins: [router] } });
  if (made.range === undefined) throw new Error("the page was not set up");
  return { router, range: made.range };
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe("the range of the chart", () => {
  it("is zoomed at once, and becomes a step of the history when it has come to rest", async () => {
    const { router, range } = await opened("/");
    const part = { from: NOW - 2 * HOUR, to: NOW - HOUR };

    range.zoomTo(part);
    expect(range.view.value).toEqual(part);
    expect(router.currentRoute.value.query).toEqual({});
    vi.runAllTimers();
    await flushPromises();

    expect(range.view.value).toEqual(part);
    expect(router.currentRoute.value.query["zoom"]).toBe("2026-03-02T06:00:00.000Z/2026-03-02T07:00:00.000Z");
  });

  it("stays where a step back has led, though a zoom was about to come to rest", async () => {
    const { router, range } = await opened("/", CUSTOM);
    range.zoomTo({ from: Date.parse("2026-03-01T01:00:00Z"), to: Date.parse("2026-03-01T02:00:00Z") });

    router.back();
    await flushPromises();
    vi.runAllTimers();
    await flushPromises();

    expect(router.currentRoute.value.query).toEqual({});
    expect(range.isZoomed.value).toBe(false);
    expect(range.isLive.value).toBe(true);
  });

  it("is zoomed again while the zoom before becomes a step of the history", async () => {
    const { router, range } = await opened("/");
    range.zoomTo({ from: NOW - 4 * HOUR, to: NOW - HOUR });
    vi.runAllTimers();
    const newest = { from: NOW - 3 * HOUR, to: NOW - 2 * HOUR };

    range.zoomTo(newest);
    await flushPromises();
    vi.runAllTimers();
    await flushPromises();

    expect(range.view.value).toEqual(newest);
    expect(router.currentRoute.value.query["zoom"]).toBe("2026-03-02T05:00:00.000Z/2026-03-02T06:00:00.000Z");
  });
});
