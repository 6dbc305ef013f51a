import { describe, expect, it } from "vitest";
import { limitedWidth, nextSort, reordered } from "@/components/table/columns";
import { cellAfter } from "@/components/table/keyboard";

const columns = ["code", "current", "voltage"].map((key) => ({ key, label: key, width: 80, fixed: key === "code" }));

describe("columns", () => {
  it("sort ascending, descending, then not at all", () => {
    const first = nextSort(undefined, "current");
    expect(first).toEqual({ column: "current", descending: false });
    expect(nextSort(first, "current")).toEqual({ column: "current", descending: true });
    expect(nextSort({ column: "current", descending: true }, "current")).toBeUndefined();
    expect(nextSort({ column: "current", descending: true }, "voltage")).toEqual({
      column: "voltage",
      descending: false,
    });
  });

  it("move among those that are not fixed only", () => {
    expect(reordered(columns, "voltage", 1)).toEqual(["code", "voltage", "current"]);
    expect(reordered(columns, "voltage", 0)).toBeUndefined();
    expect(reordered(columns, "code", 1)).toBeUndefined();
    expect(reordered(columns, "voltage", 3)).toBeUndefined();
  });

  it("have a smallest and a largest width", () => {
    expect([limitedWidth(1), limitedWidth(100.4), limitedWidth(9999)]).toEqual([56, 100, 600]);
  });
});

describe("the keys of the keyboard", () => {
  const extent = { rows: 100, columns: 5, page: 10 };
  const after = (key: string, row: number, column: number, ctrlKey = false) =>
    cellAfter({ row, column }, { key, ctrlKey, metaKey: false }, extent);

  it("move by a cell, up to the header and to the edges", () => {
    expect(after("ArrowDown", 3, 1)).toEqual({ row: 4, column: 1 });
    expect(after("ArrowUp", 0, 1)).toEqual({ row: -1, column: 1 });
    expect(after("ArrowLeft", 3, 0)).toEqual({ row: 3, column: 0 });
    expect(after("ArrowRight", 3, 4)).toEqual({ row: 3, column: 4 });
  });

  it("move by a page", () => {
    expect(after("PageDown", 95, 1)).toEqual({ row: 99, column: 1 });
    expect(after("PageUp", 5, 1)).toEqual({ row: 0, column: 1 });
  });

  it("move to the ends of the row, and with Ctrl of the table", () => {
    expect(after("Home", 3, 2)).toEqual({ row: 3, column: 0 });
    expect(after("End", 3, 2)).toEqual({ row: 3, column: 4 });
    expect(after("Home", 3, 2, true)).toEqual({ row: 0, column: 0 });
    expect(after("End", 3, 2, true)).toEqual({ row: 99, column: 4 });
  });

  it("do not move otherwise", () => {
    expect(after("a", 3, 2)).toBeUndefined();
  });
});
