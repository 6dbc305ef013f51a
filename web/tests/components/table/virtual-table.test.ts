import { mount } from "@vue/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { nextTick } from "vue";
import VirtualTable from "@/components/table/VirtualTable.vue";

type Machine = Record<string, string>;

const columns = ["code", "current", "voltage"].map((key) => ({ key, label: key, width: 100, fixed: key === "code" }));
const rows = new Map<string, Machine>();

/** happy-dom lays nothing out, so elements have no size. */
beforeEach(() => {
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(320);
  vi.spyOn(HTMLElement.prototype, "clientWidth", "get").mockReturnValue(300);
  rows.clear();
  for (let index = 0; index < 1000; index++) {
    const code = `W${String(index).padStart(4, "0")}`;
    rows.set(code, { code, current: String(index), voltage: "0" });
  }
});
afterEach(() => {
  vi.restoreAllMocks();
});

async function mounted() {
  const props = {
    label: "devices",
    columns,
    keys: [...rows.keys()],
    row: (key: string) => rows.get(key),
    text: (row: Machine, column: { key: string }) => row[column.key] ?? "",
    version: 0,
  };
  const table = mount(VirtualTable<Machine>, { props, attachTo: document.body });
  await nextTick();
  return table;
}

describe("a table of 1 000 rows", () => {
  it("has elements for the rows in sight only, with their places in the whole table", async () => {
    const table = await mounted();
    const elements = table.findAll(".body [role=row]");
    expect(elements.length).toBeGreaterThan(5);
    expect(elements.length).toBeLessThan(60);
    expect(table.get("[role=grid]").attributes("aria-rowcount")).toBe("1001");
    expect(elements[3]?.attributes("aria-rowindex")).toBe("5");
    expect(elements[3]?.get("[role=gridcell]").attributes("aria-colindex")).toBe("2");
  });

  it("shows a changed value at the next version, and lets its cell flash", async () => {
    const table = await mounted();
    rows.set("W0002", { code: "W0002", current: "changed", voltage: "0" });
    await table.setProps({ version: 1 });
    expect(table.findAll("[data-key=W0002] .cell").map((cell) => cell.text())).toEqual(["W0002", "changed", "0"]);
    expect(table.findAll(".flash").map((cell) => cell.text())).toEqual(["changed"]);
  });

  it("lets nothing flash where the system asks for reduced motion", async () => {
    const matches = (query: string): MediaQueryList => ({ matches: query.includes("reduce") }) as MediaQueryList;
    vi.spyOn(globalThis, "matchMedia").mockImplementation(matches);
    const table = await mounted();
    rows.set("W0002", { code: "W0002", current: "changed", voltage: "0" });
    await table.setProps({ version: 1 });
    expect(table.get("[data-key=W0002]").text()).toContain("changed");
    expect(table.findAll(".flash")).toEqual([]);
  });

  it("keeps the elements of rows at a tick, and the active cell", async () => {
    const table = await mounted();
    const element = table.get("[data-key=W0001]").element;
    await table.get("[role=grid]").trigger("focus");
    await table.get("[role=grid]").trigger("keydown", { key: "ArrowDown" });
    rows.set("W0001", { code: "W0001", current: "changed", voltage: "0" });
    await table.setProps({ version: 1 });
    expect(table.get("[data-key=W0001]").element).toBe(element);
    const active = table.get("[role=grid]").attributes("aria-activedescendant");
    expect(table.get("[data-key=W0001] .active").attributes("id")).toBe(active);
  });

  it("keeps the active cell with its row when the order changes", async () => {
    const table = await mounted();
    await table.get("[role=grid]").trigger("focus");
    await table.setProps({ keys: [...rows.keys()].reverse() });
    expect(table.get("[data-key=W0000]").attributes("aria-rowindex")).toBe("1001");
    expect(table.get("[data-key=W0000] .active").text()).toBe("W0000");
  });

  it("opens a row by Enter and by a click", async () => {
    const table = await mounted();
    await table.get("[role=grid]").trigger("focus");
    await table.get("[role=grid]").trigger("keydown", { key: "Enter" });
    await table.get("[data-key=W0003] .cell").trigger("click");
    expect(table.emitted("open")).toEqual([["W0000"], ["W0003"]]);
  });

  it("sorts by a click on a header and by Enter on it", async () => {
    const table = await mounted();
    await table.findAll("[role=columnheader]")[1]?.trigger("click");
    expect(table.emitted("update:sort")).toEqual([[{ column: "current", descending: false }]]);
    await table.setProps({ sort: { column: "current", descending: false } });
    expect(table.findAll("[role=columnheader]").map((each) => each.attributes("aria-sort"))).toEqual([
      "none",
      "ascending",
      "none",
    ]);
    const grid = table.get("[role=grid]");
    await grid.trigger("focus");
    await grid.trigger("keydown", { key: "ArrowUp" });
    await grid.trigger("keydown", { key: "Enter" });
    expect(table.emitted("update:sort")?.[1]).toEqual([{ column: "code", descending: false }]);
  });

  it("resizes and moves a column by the keyboard", async () => {
    const table = await mounted();
    const grid = table.get("[role=grid]");
    await grid.trigger("focus");
    await grid.trigger("keydown", { key: "ArrowRight" });
    await grid.trigger("keydown", { key: "ArrowRight", shiftKey: true });
    await grid.trigger("keydown", { key: "ArrowRight", shiftKey: true, ctrlKey: true });
    expect(table.emitted("resize")).toEqual([["current", 116]]);
    expect(table.emitted("reorder")).toEqual([[["code", "voltage", "current"]]]);
  });

  it("asks to hold the order while the pointer is on it", async () => {
    const table = await mounted();
    await table.get("[role=grid]").trigger("pointermove");
    await table.get("[role=grid]").trigger("pointerleave");
    expect(table.emitted("hold")).toEqual([[true], [false]]);
  });
});
