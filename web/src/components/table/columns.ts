/** What a table shows: columns, and by which one it is sorted. */

export interface TableColumn {
  readonly key: string;
  readonly label: string;
  /** Shown after the label, for example A. */
  readonly unit?: string;
  /** In pixels. */
  readonly width: number;
  readonly align?: "start" | "end";
  /** Stays at the left while the table scrolls sideways. Fixed columns come first and are not reordered. */
  readonly fixed?: boolean;
  /** Changes of its cells do not flash, for example an age. */
  readonly quiet?: boolean;
  /** Defaults to true. */
  readonly sortable?: boolean;
}

export interface Sort {
  readonly column: string;
  readonly descending: boolean;
}

export const COLUMN_WIDTH_MIN = 56;
export const COLUMN_WIDTH_MAX = 600;
/** By one key press. */
export const COLUMN_WIDTH_STEP = 16;

export function limitedWidth(width: number): number {
  return Math.round(Math.min(COLUMN_WIDTH_MAX, Math.max(COLUMN_WIDTH_MIN, width)));
}

/** Returns the sorting after a column was chosen: ascending, descending, then none. */
export function nextSort(sort: Sort | undefined, column: string): Sort | undefined {
  if (sort?.column !== column) return { column, descending: false };
  return sort.descending ? undefined : { column, descending: true };
}

/** Returns the keys of all columns with one moved by some places, or undefined if it cannot move there. */
export function reordered(columns: readonly TableColumn[], key: string, to: number): string[] | undefined {
  const from = columns.findIndex((column) => column.key === key);
  const places = [columns[from], columns[to]];
  if (from === to || places.some((column) => column === undefined || column.fixed === true)) return undefined;
  const keys = columns.map((column) => column.key).filter((each) => each !== key);
  keys.splice(to, 0, key);
  return keys;
}
