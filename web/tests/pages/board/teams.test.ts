import { describe, expect, it } from "vitest";
import type { GroupWindowsResponse } from "@/api";
import { compareTeams } from "@/pages/board/teams/names";
import { inOrder, nextSort, parseSort, rowsOf } from "@/pages/board/teams/rows";
import { linesOf, startsOf } from "@/pages/board/teams/series";

const team = (team_name: string | null, online: number) => ({ team_name, total: 9, online, offline: 0, by_state: [] });
const TEAMS = [team("乙组", 3), team("甲组", 1), team(null, 9), team("丙组", 3)];
const ALARMS = [{ team_name: "甲组" }, { team_name: "甲组" }, { team_name: null }];

describe("the names of teams", () => {
  it("are in the order of their numbers, in digits or in Chinese", () => {
    const names = ["班组二十一", "班组十", "班组二", "班组三", "班组一", "班组12", "班组9"];
    expect(names.sort(compareTeams)).toEqual(["班组一", "班组二", "班组三", "班组9", "班组十", "班组12", "班组二十一"]);
  });

  it("without numbers are in the order of the language", () => {
    expect(["乙组", "丙组", "甲组"].sort(compareTeams)).toEqual(["丙组", "甲组", "乙组"]);
  });
});

describe("the rows of the teams", () => {
  const names = (sort: string) => inOrder(rowsOf(TEAMS, ALARMS), parseSort(sort)).map(({ status }) => status.team_name);

  it("have the open alarms of the team", () => {
    expect(rowsOf(TEAMS, ALARMS).map(({ alarms }) => alarms)).toEqual([0, 2, 1, 0]);
  });

  it("have no number of alarms, rather than none, as long as the alarms are not known", () => {
    expect(rowsOf(TEAMS, undefined).map(({ alarms }) => alarms)).toEqual(TEAMS.map(() => undefined));
  });

  it("are in the order of a number, then of the name, with devices without a team last", () => {
    expect(names("-online")).toEqual(["丙组", "乙组", "甲组", null]);
    expect(names("online")).toEqual(["甲组", "丙组", "乙组", null]);
    expect(names("-alarms")[0]).toBe("甲组");
    expect(names("-team")).toEqual([...names("team").slice(0, 3).reverse(), null]);
  });

  it("are in the order of the team if the URL names no column", () => {
    expect(parseSort("colour")).toEqual({ column: "team", descending: false });
  });

  it("begin with the largest number at the first click, and turn round at the next one", () => {
    expect(nextSort(parseSort(""), "online")).toBe("-online");
    expect(nextSort(parseSort("-online"), "online")).toBe("online");
    expect(nextSort(parseSort("-online"), "team")).toBe("team");
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
