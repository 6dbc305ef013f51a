import { describe, expect, it } from "vitest";
import type { GroupWindowsResponse } from "@/api";
import { compareTeams } from "@/pages/board/teams/names";
import { linesOf, startsOf } from "@/pages/board/teams/series";

describe("the names of teams", () => {
  it("are in the order of their numbers, in digits or in Chinese", () => {
    const names = ["班组二十一", "班组十", "班组二", "班组三", "班组一", "班组12", "班组9"];
    expect(names.sort(compareTeams)).toEqual(["班组一", "班组二", "班组三", "班组9", "班组十", "班组12", "班组二十一"]);
  });

  it("without numbers are in the order of the language", () => {
    expect(["乙组", "丙组", "甲组"].sort(compareTeams)).toEqual(["丙组", "甲组", "乙组"]);
  });
});

describe("the lines of the teams", () => {
  const window = (minute: number, avg: number | null) => ({
    start: `2026-03-02T08:${String(minute).padStart(2, "0")}:00+08:00`,
    values: { weld_current: { avg } },
  });
  const series: GroupWindowsResponse["series"] = [
    {
      type_code: "welding",
      team_name: "甲组",
      devices: 2,
      windows: [window(10, 150), window(20, null), window(30, 160)],
    },
    { type_code: "welding", team_name: "乙组", devices: 2, windows: [window(0, 140)] },
    { type_code: "welding", team_name: null, devices: 1, windows: [window(0, null)] },
  ];

  it("break where a team has no readings, and leave out teams that have none at all", () => {
    const lines = linesOf({ series }, "weld_current");
    expect(lines.map(({ team: name, points }) => [name, points.map(([, value]) => value)])).toEqual([
      ["甲组", [150, null, 160]],
      ["乙组", [140]],
    ]);
  });

  it("share one axis of time", () => {
    const minutes = startsOf(linesOf({ series }, "weld_current")).map((start) => start.slice(14, 16));
    expect(minutes).toEqual(["00", "10", "20", "30"]);
  });
});
