import { describe, expect, it } from "vitest";
import { movedCount, type Ordering, RowOrder } from "@/components/table/order";

interface Machine {
  readonly value: string | number | null;
}

const ascending: Ordering<Machine> = { value: (row) => row.value, descending: false };

function machines(values: Record<string, Machine["value"]>): Map<string, Machine> {
  return new Map(Object.entries(values).map(([key, value]) => [key, { value }]));
}

function ordered(values: Record<string, Machine["value"]>, ordering = ascending): readonly string[] {
  const order = new RowOrder(ordering);
  order.reset(machines(values));
  return order.keys;
}

describe("the order of rows", () => {
  it("compares numbers by value, and puts rows without a value last", () => {
    expect(ordered({ a: 10, b: null, c: 9, d: -1 })).toEqual(["d", "c", "a", "b"]);
    expect(ordered({ a: 10, b: null, c: 9, d: -1 }, { ...ascending, descending: true })).toEqual(["a", "c", "d", "b"]);
  });

  it("compares texts as a Chinese reader expects, and the numbers in them by value", () => {
    expect(ordered({ a: "张三", b: "李四", c: "W10", d: "W9" })).toEqual(["b", "a", "d", "c"]);
  });

  it("puts equal rows in the order of their keys, whatever the direction", () => {
    expect(ordered({ b: 1, c: 1, a: 1 }, { ...ascending, descending: true })).toEqual(["a", "b", "c"]);
  });

  it("treats NaN as no value", () => {
    expect(ordered({ a: NaN, b: 1 })).toEqual(["b", "a"]);
  });

  it("leaves out the rows that are not accepted", () => {
    expect(ordered({ a: 1, b: 2 }, { ...ascending, accepts: (_, key) => key !== "a" })).toEqual(["b"]);
  });
});

describe("an update of the order", () => {
  it("equals sorting all rows again, whatever changes", () => {
    let random = 7;
    const next = (limit: number): number => (random = (random * 48271) % 2147483647) % limit;
    const rows = machines({});
    const order = new RowOrder(ascending);
    order.reset(rows);
    for (let tick = 0; tick < 200; tick++) {
      const changed = new Set(Array.from({ length: next(9) }, () => `M${next(30)}`));
      for (const key of changed) {
        if (next(4) === 0) rows.delete(key);
        else rows.set(key, { value: next(5) === 0 ? null : next(20) });
      }
      order.update(rows, changed);
      const again = new RowOrder(ascending);
      again.reset(rows);
      expect(order.keys).toEqual(again.keys);
    }
  });

  it("keeps the same array if no row has to move", () => {
    const rows = machines({ a: 1, b: 2 });
    const order = new RowOrder(ascending);
    order.reset(rows);
    const before = order.keys;
    rows.set("a", { value: 1 });

    expect(order.update(rows, ["a"])).toBe(false);
    expect(order.keys).toBe(before);
  });
});

describe("the count of rows that would move", () => {
  it("is one if one row goes from the first place to the last", () => {
    expect(movedCount(["a", "b", "c", "d"], ["b", "c", "d", "a"])).toBe(1);
  });

  it("counts rows that appear and disappear", () => {
    expect(movedCount(["a", "b"], ["b", "c"])).toBe(2);
  });

  it("is zero for the same order", () => {
    expect(movedCount(["a", "b"], ["a", "b"])).toBe(0);
  });
});
