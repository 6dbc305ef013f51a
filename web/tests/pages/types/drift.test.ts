import { describe, expect, it } from "vitest";
import type { TypeDrift } from "@/api";
import { columnDifferences } from "@/pages/catalogue/types/drift/columns";
import { registrationFile } from "@/pages/catalogue/types/drift/registration";
import { definitionOf, draftOf } from "@/pages/catalogue/types/fields/drafts";
import { changesFields, differencesOf } from "@/pages/catalogue/types/importing/differences";
import { aField } from "./catalogue";

describe("what an import would change", () => {
  const stored = [aField("load", "float", { decimals: 1, maximum: 150 }), aField("gone", "int", { decimals: 0 })].map(
    (field) => definitionOf(draftOf(field, true)),
  );
  const proposal = {
    type_code: "milling",
    fields_version: 3,
    dry_run: true,
    fields: [aField("load", "nchar"), aField("gone", "int", { decimals: 0 }), aField("rpm", "int", { decimals: 0 })],
    added: ["rpm"],
    changed: ["load"],
    missing: ["gone"],
    skipped: ["温度"],
  };

  it("names new columns, changed types with the limits that they lose, missing and skipped columns", () => {
    expect(differencesOf(stored, proposal)).toEqual({
      added: [{ name: "rpm", type: "int" }],
      changed: [
        {
          name: "load",
          from: "float",
          to: "nchar",
          dropped: [
            { limit: "decimals", value: 1 },
            { limit: "maximum", value: 150 },
          ],
        },
      ],
      missing: ["gone"],
      skipped: ["温度"],
    });
  });

  it("is nothing where fields are only missing and stay", () => {
    const found = { added: [], changed: [], missing: ["gone"], skipped: [] };
    expect([changesFields(found, false), changesFields(found, true)]).toEqual([false, true]);
  });
});

describe("the drift of columns", () => {
  it("is grouped by what to do", () => {
    const drift: TypeDrift = {
      type_code: "milling",
      super_table: "test_db.milling",
      fields_version: 1,
      missing: ["gone"],
      surplus: [
        { name: "wire_speed", type: "float", length: null },
        { name: "温度", type: "nchar", length: 20 },
      ],
      changed: [{ name: "load", field_type: "int", column_type: "float" }],
      too_short: [{ name: "status", max_length: 100, column_length: 50 }],
      items: [],
      page: 1,
      page_size: 10,
      total: 0,
    };
    expect(columnDifferences(drift)).toEqual({
      missing: [{ name: "gone", values: {} }],
      changed: [{ name: "load", values: { field_type: "int", column_type: "float" } }],
      tooShort: [{ name: "status", values: { max_length: 100, column_length: 50 } }],
      surplus: [{ name: "wire_speed", values: { type: "float" } }],
      invalid: [{ name: "温度", values: { type: "nchar(20)" } }],
    });
  });
});

describe("the file that registers devices", () => {
  it("quotes every cell and escapes what a spreadsheet would run", async () => {
    const text = await registrationFile(["C1", 'a"b,c', "=1+1", "'-2"], "cutting").text();
    expect(text.split("\n")).toEqual([
      "device_code,device_name,device_type",
      '"C1","C1","cutting"',
      '"a""b,c","a""b,c","cutting"',
      '"\'=1+1","\'=1+1","cutting"',
      '"\'\'-2","\'\'-2","cutting"',
    ]);
  });
});
