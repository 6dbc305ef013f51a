import { describe, expect, it } from "vitest";
import { computed, effectScope, nextTick, shallowRef } from "vue";
import { type FrozenOrder, useFrozenOrder } from "@/components/table/useFrozenOrder";

/** Three rows by a number, sorted ascending. */
function table() {
  const rows = new Map([["a", 1], ["b", 2], ["c", 3]]); // prettier-ignore
  const [version, held, descending] = [shallowRef(0), shallowRef(false), shallowRef(false)];
  let changed: string[] = [];
  const ordering = computed(() => ({ value: (row: number) => row, descending: descending.value }));
  const order = effectScope().run(() =>
    useFrozenOrder({ rows: () => rows, version, changed: () => changed, ordering: () => ordering.value, held }),
  ) as FrozenOrder;
  const tick = (changes: Record<string, number | undefined>): void => {
    for (const [key, value] of Object.entries(changes)) if (value === undefined) rows.delete(key); else rows.set(key, value); // prettier-ignore
    changed = Object.keys(changes);
    version.value += 1;
  };
  return { order, held, descending, tick };
}

describe("an order that is not held", () => {
  it("follows every tick", () => {
    const { order, tick } = table();
    tick({ a: 9 });
    expect(order.keys.value).toEqual(["b", "c", "a"]);
    expect(order.moving.value).toBe(0);
  });
});

describe("an order that is held", () => {
  it("stays, and counts the rows that would move", () => {
    const { order, held, tick } = table();
    held.value = true;
    tick({ a: 9 });
    expect(order.keys.value).toEqual(["a", "b", "c"]);
    expect(order.moving.value).toBe(1);
  });

  it("counts nothing any more if a row returns to its place", () => {
    const { order, held, tick } = table();
    held.value = true;
    tick({ a: 9 });
    tick({ a: 0 });
    expect(order.moving.value).toBe(0);
  });

  it("is sorted when it is released", async () => {
    const { order, held, tick } = table();
    held.value = true;
    await nextTick();
    tick({ a: 9 });
    held.value = false;
    await nextTick();
    expect(order.keys.value).toEqual(["b", "c", "a"]);
    expect(order.moving.value).toBe(0);
  });

  it("is sorted on request", () => {
    const { order, held, tick } = table();
    held.value = true;
    tick({ a: 9 });
    order.apply();
    expect(order.keys.value).toEqual(["b", "c", "a"]);
  });

  it("is sorted at once by another column or direction", () => {
    const { order, held, descending } = table();
    held.value = true;
    descending.value = true;
    expect(order.keys.value).toEqual(["c", "b", "a"]);
  });

  it("shows new rows last, and drops those without data", () => {
    const { order, held, tick } = table();
    held.value = true;
    tick({ d: 0, b: undefined });
    expect(order.keys.value).toEqual(["a", "c", "d"]);
    expect(order.moving.value).toBe(1);
  });
});
