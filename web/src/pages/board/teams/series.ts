/** The teams over time, arranged for a chart: one line per team, null where a window has no readings. */

import type { FieldDefinition, GroupWindowsResponse } from "@/api";
import { isNumber } from "@/components/readings/fields";
import { compareTeams } from "./names";

export interface TeamLine {
  /** Null for devices without a team. */
  readonly team: string | null;
  readonly points: readonly (readonly [start: string, value: number | null])[];
}

/** Returns the fields of which there is a mean, without hidden ones. */
export function numericFields(fields: readonly FieldDefinition[]): FieldDefinition[] {
  return fields.filter((field) => isNumber(field) && !field.hidden);
}

/** Returns the lines of the teams that have readings, by team; devices without a team come last. */
export function linesOf({ series }: Pick<GroupWindowsResponse, "series">, field: string): TeamLine[] {
  const lines = series.map(({ team_name, windows }): TeamLine => ({
    team: team_name,
    points: windows.map(({ start, values }) => [start, meanOf(values[field]?.avg)]),
  }));
  return lines.filter(({ points }) => points.some(([, value]) => value !== null)).sort(byTeam);
}

function byTeam(a: TeamLine, b: TeamLine): number {
  return Number(a.team === null) - Number(b.team === null) || compareTeams(a.team ?? "", b.team ?? "");
}

function meanOf(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}

/** Returns the starts of all windows, in order: a window that no device of a team has is not in its series. */
export function startsOf(lines: readonly TeamLine[]): string[] {
  const starts = new Set(lines.flatMap(({ points }) => points.map(([start]) => start)));
  return [...starts].sort((a, b) => Date.parse(a) - Date.parse(b));
}
