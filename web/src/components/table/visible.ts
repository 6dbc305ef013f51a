/** The rows that a table shows at the moment, and which of their cells have just changed. */

import type { TableColumn } from "./columns";
import type { Place } from "./useRowsInSight";

/** One row on the screen. The object is replaced when the row must be drawn again, and kept otherwise. */
export interface VisibleRow<R> {
  readonly key: string;
  readonly index: number;
  readonly slot: number;
  readonly row: R;
  readonly texts: readonly string[];
  /** Keys of columns whose cells flash. */
  readonly flashing: ReadonlySet<string>;
  readonly look: unknown;
}

export interface Look<R> {
  readonly columns: readonly TableColumn[];
  readonly row: (key: string) => R | undefined;
  readonly text: (row: R, column: TableColumn) => string;
  /** What else a row is drawn from; another value draws all rows again. */
  readonly look: unknown;
}

const NONE: ReadonlySet<string> = new Set();

/**
 * Returns the visible rows; those that are as before are the same objects.
 *
 * @param flashes whether cells whose text differs from the one on the screen flash.
 */
export function visibleRows<R>(
  places: readonly Place[],
  before: readonly VisibleRow<R>[],
  look: Look<R>,
  flashes: boolean,
): VisibleRow<R>[] {
  const known = new Map(before.map((each) => [each.key, each]));
  return places.flatMap((place) => {
    const row = look.row(place.key);
    return row === undefined ? [] : [visibleRow({ ...place, row }, known.get(place.key), look, flashes)];
  });
}

function visibleRow<R>(
  place: Place & { readonly row: R },
  before: VisibleRow<R> | undefined,
  look: Look<R>,
  flashes: boolean,
): VisibleRow<R> {
  const isKnown = before !== undefined && before.look === look.look;
  if (isKnown && before.row === place.row) return isSamePlace(before, place) ? before : { ...before, ...place };
  const texts = look.columns.map((column) => look.text(place.row, column));
  const flashing = isKnown && flashes ? changedColumns(look.columns, before, texts) : NONE;
  return { ...place, texts, flashing, look: look.look };
}

function isSamePlace(one: Place, other: Place): boolean {
  return one.index === other.index && one.slot === other.slot;
}

function changedColumns<R>(
  columns: readonly TableColumn[],
  before: VisibleRow<R>,
  texts: readonly string[],
): ReadonlySet<string> {
  const changed = columns.filter((column, index) => column.quiet !== true && texts[index] !== before.texts[index]);
  return changed.length === 0 ? before.flashing : new Set([...before.flashing, ...changed.map((column) => column.key)]);
}

/** Returns the rows without flashing cells. */
export function calmed<R>(rows: readonly VisibleRow<R>[]): VisibleRow<R>[] {
  return rows.map((each) => (each.flashing.size === 0 ? each : { ...each, flashing: NONE }));
}
