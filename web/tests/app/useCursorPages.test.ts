import { describe, expect, it, vi } from "vitest";
import { effectScope, nextTick, ref } from "vue";
import { type CursorPage, type CursorPages, useCursorPages } from "@/app/useCursorPages";

type Page = CursorPage<number>;

/** Answers with these pages, the cursor being the number of the next one; the first answers may be `failures`. */
function listOf(
  pages: number[][],
  options: { itemsPerLoad?: number; pagesPerLoad?: number; failures?: (Error | undefined)[] } = {},
) {
  const { itemsPerLoad = 100, pagesPerLoad = 100, failures = [] } = options;
  const asked: (string | undefined)[] = [];
  const key = ref<string | undefined>("first");
  const scope = effectScope();
  const read = (cursor: string | undefined): Promise<Page> => {
    asked.push(cursor);
    const failure = failures.shift();
    if (failure !== undefined) return Promise.reject(failure);
    const number = Number(cursor ?? 0);
    return Promise.resolve({
      items: pages[number] ?? [],
      next_cursor: number + 1 < pages.length ? String(number + 1) : null,
    });
  };
  const list = scope.run(() =>
    useCursorPages<number, Page>({ read, key: () => key.value, itemsPerLoad, pagesPerLoad }),
  ) as CursorPages<number>;
  return { list, asked, key, scope };
}

async function settled(list: CursorPages<number>): Promise<void> {
  await vi.waitFor(() => {
    expect(list.status.value).not.toBe("loading");
  });
}

describe("useCursorPages", () => {
  it("continues over empty pages until the end", async () => {
    const { list, asked } = listOf([[1], [], [], [2]]);
    await settled(list);
    expect([list.status.value, list.items.value, list.pages.value]).toEqual(["complete", [1, 2], 4]);
    expect(asked).toEqual([undefined, "1", "2", "3"]);
  });

  it("pauses after enough items, and goes on from there", async () => {
    const { list } = listOf([[1, 2], [3], [4]], { itemsPerLoad: 2 });
    await settled(list);
    expect([list.status.value, list.items.value]).toEqual(["paused", [1, 2]]);
    list.load();
    await settled(list);
    expect([list.status.value, list.items.value]).toEqual(["complete", [1, 2, 3, 4]]);
  });

  it("pauses after so many pages, although all were empty", async () => {
    const { list } = listOf([[], [], [], []], { pagesPerLoad: 3 });
    await settled(list);
    expect([list.status.value, list.pages.value]).toEqual(["paused", 3]);
  });

  it("keeps what it has when a page fails, and reads that page again", async () => {
    const { list, asked } = listOf([[1], [2]], { failures: [undefined, new Error("no")] });
    await settled(list);
    expect([list.status.value, list.items.value]).toEqual(["failed", [1]]);
    list.load();
    await settled(list);
    expect([list.status.value, list.items.value]).toEqual(["complete", [1, 2]]);
    expect(asked).toEqual([undefined, "1", "1"]);
  });

  it("stops, ignores the page under way, and reads it with the next load", async () => {
    const { list, asked } = listOf([[1], [2]]);
    list.stop();
    await nextTick();
    expect([list.status.value, list.items.value]).toEqual(["paused", []]);
    list.load();
    await settled(list);
    expect(list.items.value).toEqual([1, 2]);
    expect(asked).toEqual([undefined, undefined, "1"]);
  });

  it("begins again with another key, and reads nothing without one", async () => {
    const { list, key, asked } = listOf([[1]]);
    await settled(list);
    key.value = undefined;
    await nextTick();
    expect([list.status.value, list.items.value]).toEqual(["paused", []]);
    key.value = "second";
    await nextTick();
    await settled(list);
    expect(list.items.value).toEqual([1]);
    expect(asked).toEqual([undefined, undefined]);
  });

  it("reads no further page after its component is gone", async () => {
    const { list, scope, asked } = listOf([[1], [2]]);
    scope.stop();
    await nextTick();
    expect([list.items.value, asked]).toEqual([[], [undefined]]);
  });
});
