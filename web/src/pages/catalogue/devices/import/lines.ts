/** The report of an import as lines of a table: one per cell that is wrong or changes, and one for a row without such cells. */

import type { DeviceImportReport, DeviceImportRow } from "@/api";

export const OUTCOMES = [
  "rejected",
  "created",
  "updated",
  "unchanged",
] as const satisfies readonly DeviceImportRow["outcome"][];
export type Outcome = (typeof OUTCOMES)[number];

export interface Line {
  row: DeviceImportRow;
  /** How many lines the row has, if this is its first one. */
  span?: number;
  column?: string;
  /** The text of the cell; null if the file has no such column. */
  value?: string | null;
  /** What is stored, if the cell changes it. */
  before?: string;
  /** Why the row is rejected. */
  reason?: string;
}

/** Returns the numbers of rows by outcome. */
export function countsOf(report: DeviceImportReport): Record<Outcome, number> {
  const { rejected, created, updated, unchanged } = report;
  return { rejected, created, updated, unchanged };
}

export function rowsWith(report: DeviceImportReport, outcome: Outcome | undefined): readonly DeviceImportRow[] {
  return outcome === undefined ? report.rows : report.rows.filter((row) => row.outcome === outcome);
}

export function linesOf(rows: readonly DeviceImportRow[]): Line[] {
  return rows.flatMap((row) => {
    const cells: Omit<Line, "row" | "span">[] = [
      ...row.errors.map(({ column, value, detail }) => ({ column, value, reason: detail })),
      ...row.changes.map(({ column, before, after }) => ({ column, before, value: after })),
    ];
    const [first = {}, ...others] = cells;
    return [{ row, span: Math.max(1, cells.length), ...first }, ...others.map((each) => ({ row, ...each }))];
  });
}
