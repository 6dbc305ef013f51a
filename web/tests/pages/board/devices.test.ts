import { describe, expect, it } from "vitest";
import { filterOf, type Part, partsOf } from "@/pages/board/devices/parts";

const TYPE = { states: ["焊接", "待机", "报警", "关机"], alarm_states: ["报警"], offline_states: ["关机"] };

describe("the parts of the devices", () => {
  it("have a shape per state, and the silent ones last", () => {
    const by_state = [
      { state: "焊接", devices: 3 },
      { state: "待机", devices: 0 },
      { state: "报警", devices: 1 },
      { state: "关机", devices: 2 },
      { state: "维修", devices: 1 },
    ];
    expect(partsOf(TYPE, { by_state, offline: 4 }).map(({ mark, devices }) => [mark, devices])).toEqual([
      ["working", 3],
      ["standby", 0],
      ["alarm", 1],
      ["off", 2],
      ["other", 1],
      ["silent", 4],
    ]);
  });

  it("have one without a state only if there are such devices", () => {
    const kinds = (devices: number) =>
      partsOf(TYPE, { by_state: [{ state: null, devices }], offline: 0 }).map(({ kind }) => kind);
    expect(kinds(0)).toEqual(["offline"]);
    expect(kinds(2)).toEqual(["unknown", "offline"]);
  });
});

describe("the link to the devices of a part", () => {
  const part = (kind: Part["kind"], state: string | null): Part => ({ kind, state, mark: "other", devices: 1 });

  it("filters by state, or by age", () => {
    expect(filterOf("welding", part("state", "焊接"))).toEqual({ type: "welding", state: "焊接" });
    expect(filterOf("welding", part("offline", null))).toEqual({ type: "welding", freshness: ["stale", "never"] });
  });

  it("does not exist for devices without a state, which the page cannot filter", () => {
    expect(filterOf("welding", part("unknown", null))).toBeUndefined();
  });
});
