import { describe, expect, it } from "vitest";
import { parseQuery, toQuery } from "@/pages/realtime/url/parameters";

describe("the URL of the realtime page", () => {
  it("holds all choices, so that a link shows the same", () => {
    const query = {
      type: "welding",
      search: "0006",
      team: "班组一",
      state: ["焊接", "报警"],
      freshness: ["live"],
      sort: "-weld_current",
      view: "cards",
      device: "14412T0006",
    };
    const { choices, invalid } = parseQuery(query);
    expect(choices.sort).toEqual({ column: "weld_current", descending: true });
    expect(toQuery(choices)).toEqual(query);
    expect(invalid).toEqual([]);
  });

  it("leaves out what is not chosen", () => {
    expect(toQuery(parseQuery({}).choices)).toEqual({});
    expect(toQuery(parseQuery({ search: "", team: null }).choices)).toEqual({});
  });

  it("names each invalid value with the choices, and ignores it", () => {
    const { choices, invalid } = parseQuery({ freshness: ["live", "old"], view: "map", sort: "weld current" });
    expect(choices.freshness).toEqual(["live"]);
    expect(choices.view).toBeUndefined();
    expect(choices.sort).toBeUndefined();
    expect(invalid).toEqual([
      { name: "freshness", value: "old", choices: ["live", "late", "stale", "never"] },
      { name: "view", value: "map", choices: ["table", "cards"] },
      { name: "sort", value: "weld current", choices: ["device_code", "-ts"] },
    ]);
  });
});
