import { describe, expect, it } from "vitest";
import type { DeviceImportReport, DeviceInfo } from "@/api";
import { changesOf, creationOf, merged, missing, valuesOf } from "@/pages/catalogue/devices/form/values";
import { contentType, faultOf, isSame, kindOf } from "@/pages/catalogue/devices/import/file";
import { linesOf, rowsWith } from "@/pages/catalogue/devices/import/lines";
import { nextSort, stateOf, toUrl } from "@/pages/catalogue/devices/list/filters";

const device: DeviceInfo = {
  id: 1,
  device_code: "W1",
  device_name: "before",
  device_model: null,
  device_type: "welding",
  type_code: "welding",
  manufacturer: null,
  production_date: "2020-01-02",
  install_date: null,
  install_location: null,
  online_address: null,
  team_name: "一",
  is_locked: false,
  description: null,
  created_at: null,
  updated_at: null,
};

describe("the form of a device", () => {
  const before = valuesOf(device);

  it("sends only what has changed, and null for an emptied input", () => {
    expect(changesOf(before, { ...before, team_name: "", is_locked: true })).toEqual({
      team_name: null,
      is_locked: true,
    });
    expect(changesOf(before, { ...before })).toBeUndefined();
  });

  it("leaves empty inputs out when a device is registered", () => {
    const sent = { device_code: "W1", device_name: "before", device_type: "welding", production_date: "2020-01-02" };
    expect(creationOf(before)).toEqual({ ...sent, team_name: "一", is_locked: false });
  });

  it("keeps what was entered, and takes the newer values of all other inputs", () => {
    const newer = { ...before, team_name: "二", device_name: "other" };
    expect(merged(before, { ...before, device_name: "mine" }, newer)).toEqual({ ...newer, device_name: "mine" });
  });

  it("requires code, name and type", () => {
    expect(missing({ ...before, device_name: " ", device_type: "" })).toEqual(["device_name", "device_type"]);
  });
});

describe("the list of devices", () => {
  it("has its state in the URL, without the defaults", () => {
    const query = { keyword: "焊", locked: "true", sort: "-team_name", page: "3", page_size: "100" };
    expect(toUrl(stateOf(query))).toEqual(query);
    expect(toUrl(stateOf({}))).toEqual({});
  });

  it("ignores what is no choice", () => {
    const state = stateOf({ sort: "drop table", page: "-1", page_size: "7", locked: "maybe" });
    expect(state).toEqual({ sort: "device_code", page: 1, page_size: 50 });
  });

  it("sorts ascending, then descending", () => {
    expect(nextSort("device_code", "team_name")).toBe("team_name");
    expect(nextSort("team_name", "team_name")).toBe("-team_name");
  });
});

describe("a file to import", () => {
  it("is known by the end of its name", () => {
    expect([kindOf("a.CSV"), kindOf("a.xlsx"), kindOf("a.xls")]).toEqual(["csv", "xlsx", undefined]);
    expect(faultOf({ name: "a.csv", size: 8 * 1024 * 1024 })).toBeUndefined();
    expect(faultOf({ name: "a.csv", size: 8 * 1024 * 1024 + 1 })).toBe("size");
  });

  it("declares its encoding if a person has chosen one", () => {
    expect(contentType("a.csv", "auto")).toBe("text/csv");
    expect(contentType("a.csv", "gb18030")).toBe("text/csv; charset=gb18030");
    expect(contentType("a.xlsx", "gb18030")).not.toContain("charset");
  });

  it("is compared byte by byte", () => {
    const bytes = (...given: number[]): ArrayBuffer => new Uint8Array(given).buffer;
    expect([isSame(bytes(1, 2), bytes(1, 2)), isSame(bytes(1, 2), bytes(1, 3)), isSame(bytes(1), bytes(1, 2))]).toEqual(
      [true, false, false],
    );
  });
});

describe("the report of an import", () => {
  const rows: DeviceImportReport["rows"] = [
    { row: 2, device_code: "A", outcome: "created", erased: [], changes: [], errors: [] },
    {
      row: 3,
      device_code: "B",
      outcome: "rejected",
      erased: [],
      changes: [],
      errors: [
        { column: "team_name", value: "x", detail: "too long" },
        { column: "column 9", value: null, detail: "no header" },
      ],
    },
    {
      row: 4,
      device_code: "C",
      outcome: "updated",
      erased: ["team_name"],
      changes: [{ column: "team_name", before: "一", after: "" }],
      errors: [],
    },
  ];

  it("has a line per cell, and one for a row without such cells", () => {
    const lines = linesOf(rows).map(({ row, span, column, value, before, reason }) => [
      row.row,
      span,
      column,
      value,
      before ?? reason,
    ]);
    expect(lines).toEqual([
      [2, 1, undefined, undefined, undefined],
      [3, 2, "team_name", "x", "too long"],
      [3, undefined, "column 9", null, "no header"],
      [4, 1, "team_name", "", "一"],
    ]);
  });

  it("is filtered by outcome", () => {
    const report = { rows } as DeviceImportReport;
    expect(rowsWith(report, "rejected").map(({ row }) => row)).toEqual([3]);
    expect(rowsWith(report, undefined)).toHaveLength(3);
  });
});
