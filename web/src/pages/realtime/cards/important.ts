/** The few values that a card has room for. */

import type { Column } from "../columns/columns";

const CARD_VALUES_MAX = 6;

/** Returns the fields for a card: those with a bar first, then other numbers, then texts, each in the order of the columns. */
export function importantColumns(columns: readonly Column[]): Column[] {
  const presets = new Set(columns.map((column) => column.presetField));
  const fields = columns.filter(
    (column) => column.kind === "field" && !presets.has(column.key) && column.key !== "team_name",
  );
  const rank = (column: Column): number => (column.presetField !== undefined ? 0 : column.align === "end" ? 1 : 2);
  return [0, 1, 2].flatMap((each) => fields.filter((column) => rank(column) === each)).slice(0, CARD_VALUES_MAX);
}
