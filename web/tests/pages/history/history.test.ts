import { describe, expect, it } from "vitest";
import type { FieldDefinition, ReadingOfDevice } from "@/api";
import { isComplete, searchableFields, searchOf, searchToUrl } from "@/pages/history/search";
import { byDevice, Stretches } from "@/pages/history/stretches";

function readings(...rows: [string, string][]): ReadingOfDevice[] {
  return rows.map(([device_code, time]) => ({ device_code, ts: `2026-03-02T${time}Z`, values: {} }));
}

function stretchesOf(...pages: ReadingOfDevice[][]): [string, string, string, number][] {
  const stretches = new Stretches(60);
  for (const page of pages) stretches.add(page);
  return byDevice(stretches.all).map((each) => [each.device, each.from.slice(11), each.to.slice(11), each.readings]);
}

describe("stretches", () => {
  it("are per device, over the limits of pages", () => {
    const found = stretchesOf(
      readings(["W2", "08:00:00"], ["W1", "08:00:01"], ["W2", "08:00:05"]),
      [],
      readings(["W2", "08:00:10"]),
    );
    expect(found).toEqual([
      ["W1", "08:00:01Z", "08:00:01Z", 1],
      ["W2", "08:00:00Z", "08:00:10Z", 3],
    ]);
  });

  it("end with a gap that is longer than the limit", () => {
    const found = stretchesOf(readings(["W1", "08:00:00"], ["W1", "08:01:00"], ["W1", "08:02:00.001"]));
    expect(found).toEqual([
      ["W1", "08:00:00Z", "08:01:00Z", 2],
      ["W1", "08:02:00.001Z", "08:02:00.001Z", 1],
    ]);
  });
});

describe("a search", () => {
  it("survives the URL", () => {
    const search = {
      type: "welding",
      field: "staff_id",
      value: "焊工 =1&",
      devices: ["W1", "W2"],
      range: { preset: "7d" },
    } as const;
    const url = searchToUrl(search) as Record<string, string | string[]>;
    expect(searchOf(url)).toEqual(search);
    expect(isComplete(searchOf(url))).toBe(true);
    expect(isComplete(searchOf({ ...url, value: "" }))).toBe(false);
  });

  it("offers workpieces and welders first, and no floating-point number", () => {
    const field = (name: string, type: FieldDefinition["type"], order: number): FieldDefinition =>
      ({ name, type, order }) as FieldDefinition;
    const fields = [
      field("weld_current", "float", 1),
      field("ip_quality", "int", 3),
      field("device_status", "nchar", 2),
      field("staff_id", "nchar", 13),
      field("workpiece_id", "nchar", 14),
    ];
    expect(searchableFields(fields).map(({ name }) => name)).toEqual([
      "workpiece_id",
      "staff_id",
      "device_status",
      "ip_quality",
    ]);
  });
});
