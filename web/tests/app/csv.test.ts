import { describe, expect, it } from "vitest";
import { csvOf, localMoment } from "@/app/csv";

describe("a CSV file", () => {
  it("quotes what needs it, escapes formulas of texts only, and leaves missing values empty", () => {
    const file = csvOf([
      ["a,b", 'c"d', "e\nf"],
      ["=1+1", "'=1", "＝1"],
      [-5, true, null],
    ]);
    expect(file).toBe(`\uFEFF"a,b","c""d","e\nf"\r\n'=1+1,''=1,'＝1\r\n-5,true,\r\n`);
  });

  it("has moments with their offset, which mean the same instant", () => {
    const moment = "2026-03-02T08:00:00.123456Z";
    expect(localMoment(moment)).toMatch(/^2026-03-0\dT\d\d:00:00\.123456[+-]\d\d:\d\d$/);
    expect(Date.parse(localMoment(moment))).toBe(Date.parse(moment));
  });
});
