import { describe, expect, it } from "vitest";
import type { DeviceInfo } from "@/api";
import { countsOfBoard, countsOfReadings } from "@/pages/realtime/rows/counts";
import { isSilentOnly, liveFilters } from "@/pages/realtime/rows/filters";
import { pinnedAlarms } from "@/pages/realtime/rows/pinned";
import { matches } from "@/pages/realtime/rows/readings";
import { parseQuery } from "@/pages/realtime/url/parameters";
import { byCode, reading, welding } from "./catalogue";

const choices = (query: Record<string, string | string[]>) => parseQuery(query).choices;

describe("the counts", () => {
  it("count a device in its state only while its reading is live or late", () => {
    const counts = countsOfReadings(welding, [
      reading("W1", { device_status: "焊接" }),
      reading("W2", { device_status: "焊接" }, { freshness: "late" }),
      reading("W3", { device_status: "焊接" }, { freshness: "stale" }),
      reading("W4", {}, { freshness: "never", ts: null }),
      reading("W5", { device_status: "清枪" }),
    ]);
    expect(counts).toEqual({
      total: 5,
      silent: 2,
      byState: [
        { state: "焊接", devices: 2 },
        { state: "待机", devices: 0 },
        { state: "报警", devices: 0 },
        { state: "关机", devices: 0 },
        { state: "清枪", devices: 1 },
      ],
    });
  });

  it("are those of the server for a table that a filter makes incomplete", () => {
    const board = {
      total: 3,
      offline: 1,
      by_state: [
        { state: "焊接", devices: 1 },
        { state: null, devices: 1 },
      ],
    };
    expect(countsOfBoard(board as never)).toEqual({ total: 3, silent: 1, byState: [{ state: "焊接", devices: 1 }] });
  });
});

describe("the filters of the server", () => {
  it("mean by a state the devices that its count counts", () => {
    expect(liveFilters(choices({ state: "焊接" }))).toEqual({ device_status: ["焊接"], freshness: ["live", "late"] });
    expect(liveFilters(choices({ state: "焊接", freshness: "stale" })).freshness).toEqual(["stale"]);
  });

  it("are left out without a choice", () => {
    expect(liveFilters(choices({ search: "x" }))).toEqual({});
  });

  it("know the choice of all silent devices", () => {
    expect(isSilentOnly(choices({ freshness: ["never", "stale"] }))).toBe(true);
    expect(isSilentOnly(choices({ freshness: "stale" }))).toBe(false);
    expect(isSilentOnly(choices({ freshness: ["never", "stale"], state: "焊接" }))).toBe(false);
  });
});

describe("the search", () => {
  const device = { device_name: "焊机-006", team_name: "班组一", install_location: "一号车间 A区" } as DeviceInfo;
  const row = reading("14412T0006", { staff_id: "W123456", weld_current: 150 });

  it("finds code, name, team, location and the texts of the reading, ignoring case", () => {
    for (const text of ["t0006", "焊机-006", "班组一", "A区", "w1234"]) expect(matches(row, device, text)).toBe(true);
    expect(matches(row, device, "0007")).toBe(false);
  });

  it("finds devices with all of several words", () => {
    expect(matches(row, device, "班组一 w1234")).toBe(true);
    expect(matches(row, device, "班组二 w1234")).toBe(false);
  });
});

describe("the pinned alarms", () => {
  const alarm = (device_code: string, start: string) => ({ device_code, state: "报警", start });
  const rows = byCode(
    reading("W1", { device_status: "报警" }, { ts: "2026-03-02T08:10:00Z" }),
    reading("W2", { device_status: "报警" }, { ts: "2026-03-02T08:10:00Z" }),
    reading("W3", { device_status: "焊接" }),
    reading("W4", { device_status: "报警" }, { freshness: "stale" }),
  );

  it("are the devices in alarm, the longest first", () => {
    const open = [alarm("W1", "2026-03-02T08:05:00Z"), alarm("W2", "2026-03-02T07:00:00Z")];
    expect(pinnedAlarms(welding, rows, open).map((each) => each.code)).toEqual(["W2", "W1"]);
  });

  it("begin with the newest reading as long as the list does not know them", () => {
    expect(pinnedAlarms(welding, rows, [])[0]).toEqual({ code: "W1", state: "报警", since: "2026-03-02T08:10:00Z" });
  });

  it("end with the reading, even if the list has them still", () => {
    expect(pinnedAlarms(welding, rows, [alarm("W3", "2026-03-02T07:00:00Z")]).map((each) => each.code)).not.toContain(
      "W3",
    );
  });

  it("stay when a filter leaves out their readings", () => {
    expect(pinnedAlarms(welding, new Map(), [alarm("W9", "2026-03-02T07:00:00Z")])).toHaveLength(1);
  });
});
