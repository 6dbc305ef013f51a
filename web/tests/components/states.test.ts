import { describe, expect, it } from "vitest";
import { deviceMark } from "@/components/states/marks";

const welding = { states: ["焊接", "待机", "报警", "关机", "检修"], alarm_states: ["报警"], offline_states: ["关机"] };

describe("the mark of a device", () => {
  it("follows the order of the states of its type", () => {
    const marks = welding.states.map((state) => deviceMark(welding, state, "live"));
    expect(marks).toEqual(["working", "standby", "alarm", "off", "other"]);
  });

  it("is silent as soon as its reading is stale, whatever its last state was", () => {
    expect(deviceMark(welding, "报警", "stale")).toBe("silent");
    expect(deviceMark(welding, null, "never")).toBe("silent");
  });

  it("stays that of the state while a reading is late", () => {
    expect(deviceMark(welding, "焊接", "late")).toBe("working");
  });

  it("is that of another state when the type does not list it", () => {
    expect(deviceMark(welding, "清枪", "live")).toBe("other");
  });
});
