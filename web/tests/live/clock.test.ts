import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { DataClock } from "@/live/clock";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("the age of rows", () => {
  it("counts from the arrival of newer rows", () => {
    const clock = new DataClock();
    clock.note("2026-03-02T08:00:00Z", 5);
    vi.advanceTimersByTime(4_000);
    expect([clock.ageSeconds, clock.isStale]).toEqual([4, false]);
    clock.note("2026-03-02T08:00:05Z", 5);
    expect(clock.ageSeconds).toBe(0);
  });

  it("grows while the server repeats rows of the past", () => {
    const clock = new DataClock();
    clock.note("2026-03-02T08:00:00Z", 5);
    vi.advanceTimersByTime(5_000);
    clock.note("2026-03-02T08:00:00Z", 5);
    expect(clock.ageSeconds).toBe(5);
  });

  it("is stale after two ticks without newer rows, whatever a tick is", () => {
    const [quick, slow] = [new DataClock(), new DataClock()];
    quick.note("2026-03-02T08:00:00Z", 1);
    slow.note("2026-03-02T08:00:00Z", 10);
    vi.advanceTimersByTime(3_100);
    expect([quick.isStale, slow.isStale]).toEqual([true, false]);
    vi.advanceTimersByTime(18_000);
    expect(slow.isStale).toBe(true);
  });

  it("is not stale before the first rows", () => {
    const clock = new DataClock();
    vi.advanceTimersByTime(60_000);
    expect([clock.hasStarted, clock.isStale]).toEqual([false, false]);
  });
});
