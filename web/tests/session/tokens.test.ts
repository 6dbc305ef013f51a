import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { NetworkError, SessionEnded } from "@/session/errors";
import { type Lock, StorageLock, WebLock } from "@/session/lock";
import { FakeBrowser, FakeLocks } from "./browser";

const withWebLocks = (): ((storage: Storage) => Lock) => {
  const locks = new FakeLocks();
  return () => new WebLock("refresh", locks as unknown as LockManager);
};
const withStorage = () => (storage: Storage) => new StorageLock("refresh", { storage });

/** Returns what the tabs get, however many timers that takes. */
async function all(...promises: Promise<string>[]): Promise<string[]> {
  const results = Promise.all(promises);
  results.catch(() => undefined);
  await vi.advanceTimersByTimeAsync(30_000);
  return results;
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe.each([
  ["navigator.locks", withWebLocks],
  ["only a localStorage", withStorage],
])("the tokens of the tabs of a browser with %s", (_name, lock) => {
  it("are used without a refresh while they are valid", async () => {
    const browser = new FakeBrowser(lock());
    const tab = browser.loggedIn();

    expect(await all(tab.source(), tab.source())).toEqual(["access-0", "access-0"]);
    expect(browser.server.refreshes).toBe(0);
  });

  it("are refreshed once when several requests need a new one", async () => {
    const browser = new FakeBrowser(lock());
    const tab = browser.loggedIn();

    expect(await all(tab.source("access-0"), tab.source("access-0"))).toEqual(["access-1", "access-1"]);
  });

  it("are refreshed by one tab when all tabs ask in the same millisecond", async () => {
    const browser = new FakeBrowser(lock());
    const tabs = [browser.loggedIn(), browser.tab(), browser.tab(), browser.tab()];

    const tokens = await all(...tabs.map((tab) => tab.source("access-0")));

    expect(tokens).toEqual(tabs.map(() => "access-1"));
    expect(browser.server).toMatchObject({ refreshes: 1, isEnded: false });
  });

  it("outlive many expiries in several tabs", async () => {
    const browser = new FakeBrowser(lock());
    browser.server.expiresInSeconds = 5;
    const tabs = [browser.loggedIn(), browser.tab(), browser.tab()];

    for (let round = 0; round < 20; round++) await all(...tabs.map((tab) => tab.source()));

    expect(browser.server.isEnded).toBe(false);
    expect(browser.server.refreshes).toBe(19);
  });

  it("reach a new tab from another one without a refresh", async () => {
    const browser = new FakeBrowser(lock());
    browser.loggedIn();

    expect(await all(browser.tab().source())).toEqual(["access-0"]);
    expect(browser.server.refreshes).toBe(0);
  });

  it("are refreshed by the first tab of a browser that was closed", async () => {
    const browser = new FakeBrowser(lock());
    const closed = new FakeBrowser(lock());
    const stored = closed.loggedIn();
    browser.storage.setItem("arcbeat.session", closed.storage.getItem("arcbeat.session") ?? "");

    expect(await all(browser.tab().source(), browser.tab().source())).toEqual(["access-1", "access-1"]);
    expect(stored.isActive).toBe(true);
  });

  it("survive a reload without a refresh, also in a duplicated tab", async () => {
    const browser = new FakeBrowser(lock());
    const own = new Storage();
    browser.tab(own).begin("vera", browser.server.issued());
    const before = browser.tab(own);
    await all(before.source());

    before.handOver();
    const [after, duplicate] = [browser.tab(own), browser.tab(own)];

    expect(own.length).toBe(0);
    expect(await all(after.source(), duplicate.source())).toEqual(["access-0", "access-0"]);
    expect(await all(after.source("access-0"), duplicate.source("access-0"))).toEqual(["access-1", "access-1"]);
    expect(browser.server).toMatchObject({ refreshes: 1, isEnded: false });
  });

  it("stay when the server cannot be reached", async () => {
    const browser = new FakeBrowser(lock());
    const tab = browser.loggedIn();
    browser.server.beforeAnswer = () => Promise.reject(new NetworkError("unreachable"));
    await expect(all(tab.source("access-0"))).rejects.toThrow(NetworkError);

    browser.server.beforeAnswer = () => Promise.resolve();

    expect(tab.isActive).toBe(true);
    expect(await all(tab.source("access-0"))).toEqual(["access-1"]);
  });

  it("are renewed after the computer slept, although the clock stood still", async () => {
    const browser = new FakeBrowser(lock());
    const tab = browser.loggedIn();
    vi.setSystemTime(Date.now() + 8 * 3_600_000);

    expect(await all(tab.source())).toEqual(["access-0"]); // the server rejects it, and the request asks again
    expect(await all(tab.source("access-0"))).toEqual(["access-1"]);
  });

  it("end when the server has ended the session", async () => {
    const browser = new FakeBrowser(lock());
    const [tab, other] = [browser.loggedIn(), browser.tab()];
    const onEnd = vi.fn();
    other.onEnd(onEnd);
    browser.server.isEnded = true;

    await expect(all(tab.source("access-0"))).rejects.toThrow(SessionEnded);

    await expect(all(other.source())).rejects.toThrow(SessionEnded);
    expect(onEnd).toHaveBeenCalledExactlyOnceWith("logged-out");
  });

  it("do not come back when the session ends during a refresh", async () => {
    const browser = new FakeBrowser(lock());
    const [tab, other] = [browser.loggedIn(), browser.tab()];
    browser.server.beforeAnswer = () => {
      other.end("logged-out");
      return Promise.resolve();
    };

    await expect(all(tab.source("access-0"))).rejects.toThrow(SessionEnded);

    expect(browser.storage.getItem("arcbeat.session")).toBeNull();
  });
});

describe("a session", () => {
  it("ends in a tab when another user logs in with another tab", async () => {
    const browser = new FakeBrowser(withWebLocks());
    const tab = browser.loggedIn("vera");
    const onEnd = vi.fn();
    tab.onEnd(onEnd);

    browser.tab().begin("walter", browser.server.issued());
    dispatchEvent(new StorageEvent("storage", { key: "arcbeat.session" }));

    expect(onEnd).toHaveBeenCalledExactlyOnceWith("switched");
    await expect(tab.source()).rejects.toThrow(SessionEnded);
    tab.resume();
    expect(await all(tab.source())).toEqual(["access-0"]);
  });

  it("continues in a tab when the same user logs in again with another tab", async () => {
    const browser = new FakeBrowser(withWebLocks());
    const tab = browser.loggedIn("vera");
    const onEnd = vi.fn();
    tab.onEnd(onEnd);
    browser.server.rotation = 7;

    browser.tab().begin("vera", browser.server.issued());

    expect(await all(tab.source())).toEqual(["access-7"]);
    expect(onEnd).not.toHaveBeenCalled();
  });

  it("does not begin with what is no session", () => {
    const browser = new FakeBrowser(withWebLocks());
    browser.storage.setItem("arcbeat.session", '{"id":1}');

    expect(browser.tab().isActive).toBe(false);
  });
});
