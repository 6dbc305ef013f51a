import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { NetworkError } from "@/session/errors";
import { StorageLock } from "@/session/lock";

const never = (): Promise<never> => new Promise(() => undefined);
let storage: Storage;

/** A tab whose lock is its own, and the storage common. */
const lock = (): StorageLock => new StorageLock("refresh", { storage });

beforeEach(() => {
  vi.useFakeTimers();
  storage = new Storage();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("a lock in the localStorage", () => {
  it("lets one tab at a time work, and all of them in the end", async () => {
    let working = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      working += 1;
      most = Math.max(most, working);
      await vi.advanceTimersByTimeAsync(0);
      working -= 1;
    };

    const done = Promise.all([lock(), lock(), lock(), lock()].map((each) => each.run(work)));
    await vi.advanceTimersByTimeAsync(60_000);
    await done;

    expect(most).toBe(1);
    expect(storage.length).toBe(0);
  });

  it("is free after a failure", async () => {
    const failing = lock().run(() => Promise.reject(new Error("no network")));
    const failed = expect(failing).rejects.toThrow("no network");
    await vi.advanceTimersByTimeAsync(1000);
    await failed;

    expect(storage.length).toBe(0);
  });

  it("of a tab that closes is free at once", async () => {
    void lock().run(never);
    await vi.advanceTimersByTimeAsync(1000);
    expect(storage.length).toBe(1);

    dispatchEvent(new Event("pagehide"));

    expect(storage.length).toBe(0);
  });

  it("of a tab that closes before its claim counts is free at once", async () => {
    void lock().run(never);
    await vi.advanceTimersByTimeAsync(100);
    expect(storage.length).toBe(1);

    dispatchEvent(new Event("pagehide"));

    expect(storage.length).toBe(0);
  });

  it("of a tab that died is taken over after a time", async () => {
    void lock().run(never);
    await vi.advanceTimersByTimeAsync(1000);

    const next = lock().run(() => Promise.resolve("mine"));
    const early = await Promise.race([next, vi.advanceTimersByTimeAsync(40_000).then(() => "waits")]);
    await vi.advanceTimersByTimeAsync(10_000);

    expect(early).toBe("waits");
    await expect(next).resolves.toBe("mine");
  });

  it.each([-24, 24])("of a tab that died is taken over although the clock jumps by %i hours", async (hours) => {
    void lock().run(never);
    await vi.advanceTimersByTimeAsync(1000);
    vi.setSystemTime(Date.now() + hours * 3_600_000);

    const next = lock().run(() => Promise.resolve("mine"));
    await vi.advanceTimersByTimeAsync(50_000);

    await expect(next).resolves.toBe("mine");
  });

  it("of a browser that was closed is taken over at once", async () => {
    storage.setItem("refresh", `${Date.now() - 8 * 3_600_000}.0.5`);

    const next = lock().run(() => Promise.resolve("mine"));
    await vi.advanceTimersByTimeAsync(1000);

    await expect(next).resolves.toBe("mine");
  });

  it("is not waited for without end", async () => {
    const renewed = setInterval(() => {
      storage.setItem("refresh", `${Date.now()}.${Math.random()}`);
    }, 50);
    const failed = expect(lock().run(never)).rejects.toThrow(NetworkError);
    await vi.advanceTimersByTimeAsync(100_000);

    await failed;
    clearInterval(renewed);
  });
});
