import { describe, expect, it } from "vitest";
import { columnsOf, exportFieldsOf } from "@/pages/realtime/columns/columns";
import {
  arranged,
  isHidden,
  moved,
  NO_PREFERENCES,
  parsePreferences,
  withHidden,
} from "@/pages/realtime/columns/preferences";
import { field, welding } from "./catalogue";

const fields = [
  field("device_status", { type: "nchar" }),
  field("preset_current", { labels: { zh: "预设电流", en: "Preset current" }, unit: "A" }),
  field("weld_current", { labels: { zh: "焊接电流", en: "Welding current" }, unit: "A" }),
  field("staff_id", { type: "nchar" }),
];
const title = (kind: string): string => kind;
const columns = columnsOf(welding, fields, "zh", title);
const keys = (preferences: string): string[] =>
  arranged(columns, parsePreferences(preferences)).map((column) => column.key);

describe("the columns of a device type", () => {
  it("are state and master data, then the fields in their order, then the age", () => {
    expect(columns.map((column) => column.key)).toEqual([
      "device_status",
      "device_code",
      "device.device_name",
      "device.team_name",
      "device.install_location",
      "preset_current",
      "weld_current",
      "staff_id",
      "ts",
    ]);
  });

  it("have their labels in the language of the page", () => {
    const label = (language: "zh" | "en") =>
      columnsOf(welding, fields, language, title).find((column) => column.key === "weld_current")?.label;
    expect([label("zh"), label("en")]).toEqual(["焊接电流", "Welding current"]);
  });

  it("know the preset of a field by its name", () => {
    const presets = Object.fromEntries(columns.map((column) => [column.key, column.presetField]));
    expect(presets).toMatchObject({ weld_current: "preset_current", preset_current: undefined, staff_id: undefined });
  });

  it("show the team of the master data only if readings have none", () => {
    const team = (all: typeof fields) => columnsOf(welding, all, "zh", title).find((column) => column.kind === "team");
    expect(team(fields)?.hiddenAtFirst).toBe(false);
    expect(team([...fields, field("team_name", { type: "nchar" })])?.hiddenAtFirst).toBe(true);
  });
});

describe("the preferences of columns", () => {
  it("ignore what is not theirs in the storage", () => {
    for (const text of [null, "", "{", "[]", "7", '"order"', '{"order": 3, "hidden": {"a": 1}, "widths": [1]}'])
      expect(parsePreferences(text)).toEqual(NO_PREFERENCES);
    expect(parsePreferences('{"widths": {"a": "wide", "b": 1e9, "c": -4}}').widths).toEqual({ b: 600, c: 56 });
  });

  it("keep state and code first, whatever the order says", () => {
    expect(keys('{"order": ["ts", "device_code", "staff_id"]}').slice(0, 4)).toEqual([
      "device_status",
      "device_code",
      "device.device_name",
      "device.team_name",
    ]);
  });

  it("show a field that is new after the one before it", () => {
    const order = columns.map((column) => column.key).filter((key) => key !== "weld_current");
    expect(keys(JSON.stringify({ order: order.reverse() })).join()).toContain("preset_current,weld_current");
  });

  it("ignore columns that no longer exist", () => {
    expect(keys('{"order": ["gone", "staff_id"], "hidden": ["gone"]}')).toHaveLength(columns.length);
  });

  it("hide and show columns, also those that are hidden at first, but never the code", () => {
    const hidden = withHidden(NO_PREFERENCES, "staff_id", true);
    const isShown = (key: string, preferences = hidden) =>
      columns.some((column) => column.key === key && !isHidden(column, preferences));
    expect(isShown("staff_id")).toBe(false);
    expect(isShown("device.install_location")).toBe(false);
    expect(isShown("staff_id", withHidden(hidden, "staff_id", false))).toBe(true);
    expect(isShown("device.install_location", withHidden(hidden, "device.install_location", false))).toBe(true);
    expect(isShown("device_code", withHidden(hidden, "device_code", true))).toBe(true);
  });

  it("move a column within the bounds of the list", () => {
    expect(moved(["a", "b", "c"], "a", 2)).toEqual(["b", "c", "a"]);
    expect(moved(["a", "b", "c"], "c", -5)).toEqual(["c", "a", "b"]);
    expect(moved(["a", "b", "c"], "b", 9)).toEqual(["a", "c", "b"]);
  });
});

describe("the fields of an export", () => {
  it("are the state and the fields, without master data", () => {
    const names = exportFieldsOf(columns).map(({ name }) => name);
    expect([...names].sort()).toEqual(fields.map(({ name }) => name).sort());
    expect(names[0]).toBe(welding.state_field);
  });
});
