import { describe, expect, it } from "vitest";
import type { Alarm, DeviceType } from "@/api";
import { filtersOf, filtersToUrl, matches, toRequest } from "@/pages/alarms/filters/filters";
import { byDuration, joined, keyOf, withAcknowledgements } from "@/pages/alarms/list/alarms";
import { chunksOf } from "@/pages/alarms/list/chunks";

const NOTE = { note: "seen", acknowledged_by: "olga", acknowledged_at: "2026-03-02T08:01:00Z" };
const TYPES = [{ type_code: "welding", aliases: ["焊机"] }] as DeviceType[];

function alarm(device_code: string, start: string, change: Partial<Alarm> = {}): Alarm {
  const end = change.end ?? null;
  return {
    type_code: "welding",
    device_code,
    device_name: null,
    team_name: "甲",
    state: "报警",
    start: `2026-03-02T${start}Z`,
    starts_earlier: false,
    open: end === null,
    duration_seconds: 1,
    acknowledgement: null,
    ...change,
    end,
  };
}

describe("lists of alarms", () => {
  it("begin with the alarm that has lasted longest, by instants and not by texts", () => {
    const listed = byDuration([alarm("W2", "08:00:00.5"), alarm("W3", "08:00:00"), alarm("W1", "08:00:00.5")]);
    expect(listed.map((each) => each.device_code)).toEqual(["W3", "W1", "W2"]);
  });

  it("have each alarm once, as the first list has it", () => {
    const lists = joined(
      [alarm("W1", "08:00:00.000", { state: "new" })],
      [alarm("W1", "08:00:00"), alarm("W2", "08:00:00")],
    );
    expect(lists.map((each) => each.state)).toEqual(["new", "报警"]);
  });

  it("take an acknowledgement by any moment of the alarm, and not for the next one of the device", () => {
    const first = alarm("W1", "08:00:00", { end: "2026-03-02T08:10:00Z" });
    const second = alarm("W1", "08:10:00");
    const change = { device_code: "W1", start: "2026-03-02T08:05:00Z", acknowledgement: NOTE };
    const changed = withAcknowledgements([first, second, alarm("W2", "08:00:00")], [change]);
    expect(changed.map((each) => each.acknowledgement)).toEqual([NOTE, null, null]);
  });

  it("stay the same object if no acknowledgement is theirs, and the last of several counts", () => {
    const alarms = [alarm("W1", "08:00:00")];
    const change = { device_code: "W1", start: "2026-03-02T08:00:00Z", acknowledgement: NOTE };
    expect(withAcknowledgements(alarms, [{ ...change, device_code: "W9" }])).toBe(alarms);
    const changed = withAcknowledgements(alarms, [change, { ...change, acknowledgement: null }]);
    expect(changed[0]?.acknowledgement).toBeNull();
  });

  it("are drawn in chunks that contain each row once", () => {
    const rows = Array.from({ length: 120 }, (_, index) => index);
    const chunks = chunksOf(rows, 50);
    expect(chunks.map(({ items }) => items.length)).toEqual([50, 50, 20]);
    expect(chunks.flatMap(({ items }) => items)).toEqual(rows);
  });

  it("tell alarms apart by device and start", () => {
    expect(keyOf(alarm("W1", "08:00:00"))).not.toBe(keyOf(alarm("W1", "08:00:01")));
  });
});

describe("filters of alarms", () => {
  const filters = { type: "焊机", team: "甲", states: ["报警"], acknowledged: false, device: "W1" } as const;

  it("survive the URL", () => {
    expect(filtersOf(filtersToUrl(filters) as Record<string, string | string[]>)).toEqual(filters);
    expect(filtersOf({ acknowledged: "perhaps", team: "", state: null })).toEqual({});
  });

  it("become a request", () => {
    expect(toRequest(filters)).toEqual({
      type_code: "焊机",
      team_name: "甲",
      state: ["报警"],
      acknowledged: false,
      device_code: ["W1"],
    });
  });

  it("match what the API would return, with an alias of the type", () => {
    const wanted = alarm("W1", "08:00:00");
    expect(matches(wanted, filters, TYPES)).toBe(true);
    expect(matches(wanted, {}, TYPES)).toBe(true);
    const others: Partial<Alarm>[] = [
      { type_code: "cutting" },
      { team_name: null },
      { state: "故障" },
      { acknowledgement: NOTE },
      { device_code: "W2" },
    ];
    for (const other of others) expect(matches({ ...wanted, ...other }, filters, TYPES)).toBe(false);
  });
});
