/** The rows of the comparison of teams, and their order. */

import type { Alarm, TeamStatus } from "@/api";
import { compareTeams } from "./names";

export const COLUMNS = ["team", "total", "online", "offline", "alarms"] as const;
export type Column = (typeof COLUMNS)[number];

export interface Sort {
  readonly column: Column;
  readonly descending: boolean;
}

export interface TeamRow {
  readonly status: TeamStatus;
  /** Open alarms of the team; undefined as long as they are not known. */
  readonly alarms: number | undefined;
}

/** Returns the order that a text such as `-online` describes; by team if it names no column. */
export function parseSort(text: string): Sort {
  const column = COLUMNS.find((each) => each === text.replace(/^-/, ""));
  return column === undefined ? { column: "team", descending: false } : { column, descending: text.startsWith("-") };
}

/** Returns the order after a click on a column: numbers begin with the largest one. */
export function nextSort({ column, descending }: Sort, clicked: Column): string {
  const isDescending = column === clicked ? !descending : clicked !== "team";
  return isDescending ? `-${clicked}` : clicked;
}

export function rowsOf(
  teams: readonly TeamStatus[],
  alarms: Iterable<Pick<Alarm, "team_name">> | undefined,
): TeamRow[] {
  if (alarms === undefined) return teams.map((status) => ({ status, alarms: undefined }));
  const open = new Map<string | null, number>();
  for (const { team_name } of alarms) open.set(team_name, (open.get(team_name) ?? 0) + 1);
  return teams.map((status) => ({ status, alarms: open.get(status.team_name) ?? 0 }));
}

/** Returns the rows in order; devices without a team come last. */
export function inOrder(rows: readonly TeamRow[], { column, descending }: Sort): TeamRow[] {
  const sign = descending ? -1 : 1;
  const byTeam = (a: TeamRow, b: TeamRow): number => compareTeams(nameOf(a), nameOf(b));
  return rows.toSorted((a, b) => {
    const unnamed = Number(a.status.team_name === null) - Number(b.status.team_name === null);
    if (unnamed !== 0) return unnamed;
    return column === "team" ? sign * byTeam(a, b) : sign * (countOf(a, column) - countOf(b, column)) || byTeam(a, b);
  });
}

function countOf({ status, alarms }: TeamRow, column: Exclude<Column, "team">): number {
  return column === "alarms" ? (alarms ?? 0) : status[column];
}

function nameOf({ status }: TeamRow): string {
  return status.team_name ?? "";
}
