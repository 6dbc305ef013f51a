import { describe, expect, it } from "vitest";
import { errorsBy } from "@/components/forms/errors";
import { merge, put } from "@/pages/catalogue/types/conflict/merge";
import { violationsOf } from "@/pages/catalogue/types/form/rules";
import { bodyOf, changesOf, fromMap, inputOf, NEW_TYPE, toMap, valuesOf } from "@/pages/catalogue/types/form/values";
import { aType } from "./catalogue";

const VALID = valuesOf(aType());

describe("the values of a device type", () => {
  it("make the type again", () => {
    const { type_code, label, fields_version, enabled, ...editable } = aType();
    expect(bodyOf(VALID)).toEqual(editable);
    expect([type_code, label, fields_version, enabled]).toHaveLength(4);
  });

  it("are sent only where they have been changed", () => {
    expect(changesOf(VALID, { ...VALID })).toBeUndefined();
    expect(changesOf(VALID, { ...VALID, en: "Mill", position: "4" })).toEqual({
      labels: { zh: "铣床", en: "Mill" },
      position: 4,
    });
    const states = VALID.states.map((each) => ({ ...each, isOffline: true }));
    expect(changesOf(VALID, { ...VALID, states })).toEqual({ offline_states: ["加工", "报警", "关机"] });
  });

  it("of a list are lines, of which empty ones are left out", () => {
    expect(bodyOf({ ...NEW_TYPE, aliases: " 铣床 \n\n铣削" }).aliases).toEqual(["铣床", "铣削"]);
  });

  it("survive as a map", () => {
    expect(fromMap(toMap(VALID))).toEqual(VALID);
  });
});

describe("the rules of a device type", () => {
  it("accept a valid one", () => {
    expect(violationsOf(VALID, "milling", true)).toEqual({});
  });

  it.each([
    [{ zh: " " }, "zh", "required"],
    [{ en: "x".repeat(101) }, "en", "tooLong"],
    [{ aliases: "milling" }, "aliases", "aliasIsCode"],
    [{ aliases: "a\nb\na" }, "aliases", "repeated"],
    [{ aliases: "x".repeat(51) }, "aliases", "longItem"],
    [{ super_table: "milling" }, "super_table", "superTable"],
    [{ super_table: "1db.milling" }, "super_table", "superTable"],
    [{ state_field: "状态" }, "state_field", "identifier"],
    [{ states: [{ state: "", isOffline: false, isAlarm: false }] }, "states", "emptyItem"],
    [{ late_after_seconds: "0" }, "late_after_seconds", "seconds"],
    [{ late_after_seconds: "1O" }, "late_after_seconds", "seconds"],
    [{ stale_after_seconds: "14.5" }, "stale_after_seconds", "staleBeforeLate"],
    [{ stale_after_seconds: "" }, "stale_after_seconds", "seconds"],
    [{ position: "1.5" }, "position", "wholeNumber"],
  ])("reject %j", (changes, input, rule) => {
    const found = violationsOf({ ...VALID, ...changes }, "milling", true);
    expect(Object.entries(found).map(([name, violation]) => [name, violation.rule])).toEqual([[input, rule]]);
  });

  it("check the code of a new type only", () => {
    expect(violationsOf(VALID, "Milling", true).type_code?.rule).toBe("typeCode");
    expect(violationsOf(VALID, "Milling", false)).toEqual({});
  });
});

describe("the errors of the server", () => {
  it("stand at the input of their pointer, and others are kept", () => {
    const errors = [
      { location: "body" as const, name: "/labels/zh", detail: "is empty" },
      { location: "body" as const, name: "/alarm_states/0", detail: "must be one of states" },
      { location: "body" as const, name: "/alarm_states/1", detail: "must be unique" },
      { location: "query" as const, name: "validate", detail: "is no boolean" },
    ];
    const problem = { type: "", title: "", status: 400, detail: "", help: "", request_id: "r", errors };
    expect(errorsBy(problem, inputOf)).toEqual({
      fields: { zh: "is empty", states: "must be one of states must be unique" },
      others: ["validate: is no boolean"],
    });
  });
});

describe("a merge", () => {
  const map = (values: Record<string, number>): Map<string, number> => new Map(Object.entries(values));

  it("keeps mine, takes theirs and finds what both have changed", () => {
    const base = map({ same: 1, mine: 1, theirs: 1, both: 1, alike: 1 });
    const mine = map({ same: 1, mine: 2, theirs: 1, both: 2, alike: 5 });
    const theirs = map({ same: 1, mine: 1, theirs: 3, both: 3, alike: 5 });
    expect(merge(base, mine, theirs)).toEqual({
      merged: map({ same: 1, mine: 2, theirs: 3, both: 2, alike: 5 }),
      conflicts: ["both"],
      taken: ["theirs"],
    });
  });

  it("treats an added or removed value as a change", () => {
    const base = map({ gone: 1, goneHere: 1, goneThere: 1 });
    const mine = map({ gone: 1, goneThere: 2, newHere: 1 });
    const theirs = map({ goneHere: 2, newThere: 1 });
    const found = merge(base, mine, theirs);
    expect(found.conflicts).toEqual(["goneHere", "goneThere"]);
    expect(found.taken).toEqual(["gone", "newThere"]);
    expect(Object.fromEntries(found.merged)).toEqual({ goneThere: 2, newHere: 1, newThere: 1 });
  });

  it("is decided by putting a value or its absence", () => {
    const values = map({ one: 1 });
    put(values, "one", undefined);
    put(values, "two", 2);
    expect(values).toEqual(map({ two: 2 }));
  });
});
