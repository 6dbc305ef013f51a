/** The cell that the keyboard is at. It is known by the key of its row, so it stays with the row when rows move. */

import { computed, type Ref, shallowRef } from "vue";
import { COLUMN_WIDTH_STEP, limitedWidth, reordered, type TableColumn } from "./columns";
import { type Cell, cellAfter, type Extent, limited } from "./keyboard";

/** In place of the key of a row. */
const HEADER = "";

export interface ActiveCellOptions {
  readonly keys: () => readonly string[];
  readonly columns: () => readonly TableColumn[];
  readonly pageRows: () => number;
  readonly show: (cell: Cell) => void;
  readonly open: (key: string) => void;
  readonly sort: (column: string) => void;
  readonly resize: (column: string, width: number) => void;
  readonly reorder: (columns: string[]) => void;
}

export interface ActiveCell {
  readonly key: Readonly<Ref<string | undefined>>;
  readonly column: Readonly<Ref<number>>;
  /** -1 in the header, and if there is no active cell. */
  readonly rowIndex: Readonly<Ref<number>>;
  /** -1 outside the header. */
  readonly headerColumn: Readonly<Ref<number>>;
  readonly press: (event: KeyboardEvent) => void;
  readonly enter: () => void;
  readonly choose: (key: string, column: number) => void;
  readonly elementId: (table: string) => string | undefined;
}

export function useActiveCell(options: ActiveCellOptions): ActiveCell {
  const key = shallowRef<string>();
  const column = shallowRef(0);
  const rowIndex = computed(() =>
    key.value === undefined || key.value === HEADER ? -1 : options.keys().indexOf(key.value),
  );
  const extent = (): Extent => ({
    rows: options.keys().length,
    columns: options.columns().length,
    page: options.pageRows(),
  });

  function moveTo(cell: Cell): void {
    key.value = options.keys()[cell.row] ?? HEADER;
    column.value = cell.column;
    options.show(cell);
  }
  function enter(): void {
    if (key.value === undefined || (key.value !== HEADER && rowIndex.value < 0))
      moveTo(limited({ row: 0, column: column.value }, extent()));
  }
  function act(event: KeyboardEvent): boolean {
    const current = options.columns()[column.value];
    if (current === undefined || key.value === undefined) return false;
    const side = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (event.key === "Enter" || event.key === " ") return activate(current);
    if (side === undefined || !event.shiftKey) return false;
    if (event.ctrlKey) return reorder(current, column.value + side);
    options.resize(current.key, limitedWidth(current.width + side * COLUMN_WIDTH_STEP));
    return true;
  }
  function activate(current: TableColumn): boolean {
    if (key.value === HEADER) options.sort(current.key);
    else if (rowIndex.value >= 0) options.open(key.value ?? "");
    return true;
  }
  function reorder(current: TableColumn, to: number): boolean {
    const order = reordered(options.columns(), current.key, to);
    if (order === undefined) return true;
    options.reorder(order);
    column.value = to;
    return true;
  }
  function press(event: KeyboardEvent): void {
    const target = act(event) ? "done" : cellAfter({ row: rowIndex.value, column: column.value }, event, extent());
    if (target === undefined) return;
    event.preventDefault();
    if (target !== "done") moveTo(target);
  }

  return {
    key,
    column,
    rowIndex,
    headerColumn: computed(() => (key.value === HEADER ? column.value : -1)),
    press,
    enter,
    choose: (row, index) => {
      key.value = row;
      column.value = index;
    },
    elementId: (table) => {
      if (key.value === HEADER) return `${table}-h-${column.value}`;
      return rowIndex.value < 0 ? undefined : `${table}-cell`;
    },
  };
}
