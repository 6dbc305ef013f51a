import { describe, expect, it } from "vitest";
import { calmed, type Look, type VisibleRow, visibleRows } from "@/components/table/visible";

type Machine = Record<string, number>;

const columns = ["current", "voltage", "age"].map((key) => ({ key, label: key, width: 80, quiet: key === "age" }));

function lookAt(machines: Map<string, Machine>, look: unknown = "first"): Look<Machine> {
  return { columns, row: (key) => machines.get(key), text: (row, { key }) => String(row[key]), look };
}

const W1 = { current: 1, voltage: 2, age: 3 };
const places = [{ index: 0, key: "W1", slot: 0 }];

function drawn(
  machines: Map<string, Machine>,
  before: readonly VisibleRow<Machine>[] = [],
  look?: unknown,
): VisibleRow<Machine>[] {
  return visibleRows(places, before, lookAt(machines, look), true);
}

describe("the visible rows", () => {
  it("are the same objects while nothing has changed", () => {
    const machines = new Map([["W1", W1]]);
    const before = drawn(machines);
    expect(drawn(machines, before)[0]).toBe(before[0]);
  });

  it("flash in the cells whose text has changed", () => {
    const [row] = drawn(new Map([["W1", { ...W1, current: 9 }]]), drawn(new Map([["W1", W1]])));
    expect(row?.texts).toEqual(["9", "2", "3"]);
    expect([...(row?.flashing ?? [])]).toEqual(["current"]);
  });

  it("do not flash in quiet columns", () => {
    const [row] = drawn(new Map([["W1", { ...W1, age: 9 }]]), drawn(new Map([["W1", W1]])));
    expect(row?.flashing.size).toBe(0);
  });

  it("do not flash when they come into sight, nor when they are drawn differently", () => {
    expect(drawn(new Map([["W1", W1]]))[0]?.flashing.size).toBe(0);
    const [row] = drawn(new Map([["W1", { ...W1, current: 9 }]]), drawn(new Map([["W1", W1]])), "second");
    expect(row?.flashing.size).toBe(0);
  });

  it("keep flashing cells until they are calmed", () => {
    const first = drawn(new Map([["W1", { ...W1, current: 9 }]]), drawn(new Map([["W1", W1]])));
    const second = drawn(new Map([["W1", { ...W1, current: 9, voltage: 9 }]]), first);
    expect([...(second[0]?.flashing ?? [])]).toEqual(["current", "voltage"]);
    expect(calmed(second)[0]?.flashing.size).toBe(0);
  });

  it("leave out rows without data", () => {
    expect(drawn(new Map())).toEqual([]);
  });
});
