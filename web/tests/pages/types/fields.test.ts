import { describe, expect, it } from "vitest";
import {
  changesOf,
  definitionOf,
  draftOf,
  edited,
  type FieldDraft,
  hasAny,
  moved,
} from "@/pages/catalogue/types/fields/drafts";
import { byName, mergedDrafts, withField } from "@/pages/catalogue/types/fields/mergeFields";
import { violationsOf } from "@/pages/catalogue/types/fields/rules";
import { useDrafts } from "@/pages/catalogue/types/fields/useDrafts";
import { aField } from "./catalogue";

const LOAD = aField("load", "float", { decimals: 1, minimum: -0.5, maximum: 150, unit: "%" });
const STATUS = aField("device_status", "nchar", { max_length: 50 });
const RPM = aField("rpm", "int", { decimals: 0, hidden: true });

const draftsOf = (...fields: (typeof LOAD)[]): FieldDraft[] => fields.map((field) => draftOf(field, true));
const namesOf = (drafts: readonly FieldDraft[]): string[] => drafts.map(({ name }) => name);
const keyOf = (drafts: readonly FieldDraft[], name: string): number =>
  drafts.find((each) => each.name === name)?.key ?? 0;

describe("a draft of a field", () => {
  it("makes the field again", () => {
    const { label, order, ...definition } = LOAD;
    expect(definitionOf(draftOf(LOAD, true))).toEqual(definition);
    expect([label, order]).toEqual(["load", 1]);
  });

  it("drops the limits that do not suit another type", () => {
    const [load, status] = draftsOf(LOAD, STATUS);
    expect(load && definitionOf(edited(load, { type: "nchar" }))).toMatchObject({
      decimals: null,
      minimum: null,
      maximum: null,
    });
    expect(status && definitionOf(edited(status, { type: "bool" }))).toMatchObject({ max_length: null });
  });
});

describe("the rows of the table", () => {
  it("move, at most to an end", () => {
    const drafts = draftsOf(LOAD, STATUS, RPM);
    const key = keyOf(drafts, "load");
    expect(namesOf(moved(drafts, key, 1))).toEqual(["device_status", "load", "rpm"]);
    expect(namesOf(moved(drafts, key, 9))).toEqual(["device_status", "rpm", "load"]);
    expect(moved(drafts, key, -1)).toBe(drafts);
  });

  it("return to what they were, an edited input in one step", () => {
    const rows = useDrafts(draftsOf(LOAD, STATUS));
    const key = keyOf(rows.drafts.value, "load");
    rows.edit(key, { zh: "负" });
    rows.edit(key, { zh: "负载" });
    rows.remove(key);
    rows.undo();
    expect(rows.drafts.value[0]?.zh).toBe("负载");
    rows.undo();
    expect(rows.drafts.value[0]?.zh).toBe("load");
    expect(rows.canUndo.value).toBe(false);
  });

  it("keep the rows that are not edited as they are", () => {
    const rows = useDrafts(draftsOf(LOAD, STATUS));
    const before = rows.drafts.value[1];
    rows.edit(keyOf(rows.drafts.value, "load"), { unit: "kN" });
    expect(rows.drafts.value[1]).toBe(before);
  });
});

describe("the changes of the fields", () => {
  const stored = draftsOf(LOAD, STATUS, RPM).map(definitionOf);

  it("are none at first", () => {
    expect(hasAny(changesOf(stored, stored))).toBe(false);
  });

  it("are counted by kind", () => {
    const now = draftsOf(RPM, { ...LOAD, unit: "kN" }, aField("depth", "float")).map(definitionOf);
    expect(changesOf(stored, now)).toEqual({
      added: ["depth"],
      removed: ["device_status"],
      changed: ["load"],
      isReordered: true,
    });
  });
});

describe("the rules of fields", () => {
  it("accept valid ones", () => {
    expect(violationsOf(draftsOf(LOAD, STATUS, RPM)).size).toBe(0);
  });

  it.each([
    [{ name: "温度" }, "name", "identifier"],
    [{ name: "ts" }, "name", "reserved"],
    [{ name: "rpm" }, "name", "repeated"],
    [{ zh: "" }, "zh", "required"],
    [{ unit: "x".repeat(21) }, "unit", "tooLong"],
    [{ decimals: "16" }, "decimals", "wholeNumber"],
    [{ decimals: "two" }, "decimals", "wholeNumber"],
    [{ minimum: "12a" }, "minimum", "number"],
    [{ maximum: "-1" }, "maximum", "maximumBelow"],
  ])("reject %j", (changes, input, rule) => {
    const [load, ...others] = draftsOf(LOAD, RPM);
    const found = violationsOf(load ? [{ ...load, ...changes }, ...others] : []);
    const violations = Object.entries(found.get(load?.key ?? 0) ?? {});
    expect(violations.map(([name, violation]) => [name, violation.rule])).toEqual([[input, rule]]);
  });
});

describe("fields that another person has stored meanwhile", () => {
  const theirs = draftsOf(STATUS, { ...LOAD, unit: "kN" }, aField("depth", "float")).map(definitionOf);

  it("are merged into the rows in their order", () => {
    const drafts = draftsOf(RPM, LOAD, STATUS);
    const merged = byName(theirs);
    const rows = mergedDrafts(drafts, merged, theirs);
    expect(namesOf(rows)).toEqual(["load", "device_status", "depth"]);
    expect(rows[0]?.unit).toBe("kN");
    expect(rows[0]?.key).toBe(keyOf(drafts, "load"));
  });

  it("replace a row, remove it or add it as decided", () => {
    const drafts = draftsOf(LOAD, STATUS);
    const [status, load] = theirs;
    expect(withField(drafts, "load", load)[0]?.unit).toBe("kN");
    expect(namesOf(withField(drafts, "load", undefined))).toEqual(["device_status"]);
    expect(namesOf(withField(draftsOf(LOAD), "device_status", status))).toEqual(["load", "device_status"]);
  });
});
