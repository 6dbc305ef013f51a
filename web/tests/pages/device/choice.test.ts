import { describe, expect, it } from "vitest";
import type { ColumnType, FieldDefinition } from "@/api";
import { fieldsAtFirst, obstacle, possibleFields, unitsOf } from "@/pages/device/chart/data/choice";

let order = 0;
function field(name: string, unit: string, type: ColumnType = "float"): FieldDefinition {
  order += 1;
  return {
    ...{ name, unit, type, order, label: name, labels: { zh: name, en: name }, decimals: 1 },
    ...{ hidden: false, minimum: null, maximum: null, max_length: null },
  };
}

const WELDING = [
  field("device_status", "", "nchar"),
  field("preset_current", "A"),
  field("weld_current", "A"),
  field("preset_voltage", "V"),
  field("weld_voltage", "V"),
  field("wire_diameter", "mm"),
];
const MANY = Array.from({ length: 8 }, (_, index) => field(`t${String(index)}`, "°C"));

describe("the fields of the chart", () => {
  it("are at first those that have a preset", () => {
    expect(fieldsAtFirst(WELDING)).toEqual(["weld_current", "weld_voltage"]);
  });

  it("are at first the first numbers of a type without presets", () => {
    expect(fieldsAtFirst(MANY)).toEqual(["t0", "t1"]);
  });

  it("of a link are those that can be shown together", () => {
    expect(possibleFields(["weld_current", "nope", "device_status", "weld_voltage", "wire_diameter"], WELDING)).toEqual(
      ["weld_current", "weld_voltage"],
    );
  });

  it.each([
    ["device_status", "text"],
    ["wire_diameter", "units"],
    ["preset_current", undefined],
  ])("say why %s cannot be added", (name, reason) => {
    const wanted = WELDING.find((each) => each.name === name);
    expect(wanted && obstacle(wanted, ["weld_current", "weld_voltage"], WELDING)).toBe(reason);
  });

  it("are at most six, and at least one", () => {
    const [first, , , , , , seventh] = MANY;
    const six = MANY.slice(0, 6).map(({ name }) => name);
    expect(seventh && obstacle(seventh, six, MANY)).toBe("count");
    expect(first && obstacle(first, ["t0"], MANY)).toBe("last");
  });

  it("have an axis per unit", () => {
    expect(unitsOf(["weld_current", "preset_current", "weld_voltage"], WELDING)).toEqual(["A", "V"]);
  });
});
