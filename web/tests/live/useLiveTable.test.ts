import type { FeedHandlers } from "@arcbeat/client/live/feed.ts";
import type { Mode } from "@arcbeat/client/live/modes.ts";
import type { Rows, Update } from "@arcbeat/client/live/rows.ts";
import { mount } from "@vue/test-utils";
import { afterEach, describe, expect, it, vi } from "vitest";
import { defineComponent, nextTick, shallowRef } from "vue";
import { Live } from "@/live";
import { type Filters, type LiveRows, useLiveTable } from "@/live/useLiveTable";

interface Followed {
  readonly mode: Mode<Update> & { readonly rows: Rows };
  readonly handlers: FeedHandlers<Update>;
  isEnded: boolean;
}

/** A connection whose frames the test writes. */
class ScriptedLive extends Live {
  readonly followed: Followed[] = [];

  constructor() {
    super("http://localhost", { token: "token" });
  }

  override follow<Change>(mode: Mode<Change>, handlers: FeedHandlers<Change>): () => void {
    const entry = { mode, handlers, isEnded: false } as unknown as Followed;
    this.followed.push(entry);
    return () => (entry.isEnded = true);
  }

  get newest(): Followed {
    return this.followed.at(-1) as Followed;
  }

  take(seq: number, ...codes: string[]): void {
    const items = codes.map((device_code) => ({ device_code, values: { a: seq } }));
    const snapshot = {
      stream_id: "s",
      seq,
      sampled_at: `2026-03-02T08:00:0${seq}Z`,
      source: "snapshot",
      fields: [],
      items,
    };
    this.newest.handlers.onChange(this.newest.mode.rows.take(snapshot as never));
  }
}

function mounted(typeCode = shallowRef<string | undefined>("welding"), filters = shallowRef<Filters>({})) {
  const live = new ScriptedLive();
  let table = undefined as unknown as LiveRows;
  const component = defineComponent({
    setup() {
      table = useLiveTable(typeCode, filters);
      return () => null;
    },
  });
  const page = mount(component, { global: { plugins: [live] } });
  return { live, table, typeCode, filters, page };
}

function setHidden(isHidden: boolean): void {
  vi.spyOn(document, "hidden", "get").mockReturnValue(isHidden);
  document.dispatchEvent(new Event("visibilitychange"));
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe("a live table", () => {
  it("has one version per frame, and says what it changed", () => {
    const { live, table } = mounted();
    expect(table.status.value).toBe("loading");
    live.take(1, "W1", "W2");
    const version = table.version.value;
    live.take(2, "W1");
    expect(table.version.value).toBe(version + 1);
    expect([...table.rows.keys()]).toEqual(["W1"]);
    expect([...(table.update?.removed ?? [])]).toEqual(["W2"]);
    expect([table.status.value, table.sampledAt.value, table.position.seq]).toEqual([
      "live",
      "2026-03-02T08:00:02Z",
      2,
    ]);
  });

  it("keeps the rows on show until those of another filter arrive", async () => {
    const { live, table, filters } = mounted();
    live.take(1, "W1");
    const [before] = live.followed;
    filters.value = { team_name: "班组一" };
    await nextTick();
    expect(before?.isEnded).toBe(true);
    expect([table.status.value, table.rows.size]).toEqual(["loading", 1]);
    live.take(2, "W7");
    expect([...table.rows.keys()]).toEqual(["W7"]);
    expect([...(table.update?.removed ?? [])]).toEqual(["W1"]);
  });

  it("loses no removed row if the filter changes while the tab is hidden", async () => {
    const { live, table, filters } = mounted();
    live.take(1, "W1", "W2");
    setHidden(true);
    live.take(2, "W1");
    filters.value = { team_name: "班组一" };
    await nextTick();
    live.take(3, "W7");
    setHidden(false);
    expect([...(table.update?.removed ?? [])].sort()).toEqual(["W1", "W2"]);
  });

  it("subscribes once for equal filters in different objects", async () => {
    const { live, filters } = mounted();
    filters.value = { ...filters.value };
    await nextTick();
    expect(live.followed.length).toBe(1);
  });

  it("shows no rows of another type", async () => {
    const { live, table, typeCode } = mounted();
    live.take(1, "W1");
    typeCode.value = "cutting";
    await nextTick();
    expect(table.rows.size).toBe(0);
  });

  it("draws nothing while the tab is hidden, and everything that has changed once it is shown", () => {
    const { live, table } = mounted();
    live.take(1, "W1");
    const version = table.version.value;
    setHidden(true);
    live.take(2, "W1", "W2");
    live.take(3, "W1", "W2", "W3");
    expect(table.version.value).toBe(version);
    setHidden(false);
    expect(table.version.value).toBe(version + 1);
    expect([...(table.update?.changed ?? [])].sort()).toEqual(["W1", "W2", "W3"]);
  });

  it("says why the server rejects it, and asks again on request", () => {
    const { live, table } = mounted();
    const error = new Error("rejected");
    live.newest.handlers.onRejected?.(error, true);
    expect([table.status.value, table.error.value]).toEqual(["failed", error]);
    table.retry();
    expect([live.followed.length, table.status.value, table.error.value]).toEqual([2, "loading", undefined]);
  });

  it("keeps the rows while the server rejects it for a moment", () => {
    const { live, table } = mounted();
    live.take(1, "W1");
    live.newest.handlers.onRejected?.(new Error("busy"), false);
    expect([table.status.value, table.rows.size]).toEqual(["live", 1]);
  });

  it("ends with its component", () => {
    const { live, page } = mounted();
    page.unmount();
    expect(live.newest.isEnded).toBe(true);
    expect(live.clocks.value).toEqual([]);
  });
});
