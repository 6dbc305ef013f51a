/** Where the keys of the keyboard lead in a table, as in the grid pattern of WAI-ARIA. */

/** A cell; row -1 is the header. */
export interface Cell {
  readonly row: number;
  readonly column: number;
}

export interface Extent {
  readonly rows: number;
  readonly columns: number;
  /** Rows that are visible at a time. */
  readonly page: number;
}

type Pressed = Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey">;

const MOVES: Record<string, (cell: Cell, extent: Extent, isAll: boolean) => Cell> = {
  ArrowUp: ({ row, column }) => ({ row: row - 1, column }),
  ArrowDown: ({ row, column }) => ({ row: row + 1, column }),
  ArrowLeft: ({ row, column }) => ({ row, column: column - 1 }),
  ArrowRight: ({ row, column }) => ({ row, column: column + 1 }),
  PageUp: ({ row, column }, { page }) => ({ row: Math.max(0, row - page), column }),
  PageDown: ({ row, column }, { page }) => ({ row: row + page, column }),
  Home: ({ row }, _, isAll) => ({ row: isAll ? 0 : row, column: 0 }),
  End: ({ row }, { rows, columns }, isAll) => ({ row: isAll ? rows - 1 : row, column: columns - 1 }),
};

/** Returns the cell that a key leads to, or undefined if the key does not move. */
export function cellAfter(cell: Cell, pressed: Pressed, extent: Extent): Cell | undefined {
  const target = MOVES[pressed.key]?.(cell, extent, pressed.ctrlKey || pressed.metaKey);
  return target && limited(target, extent);
}

export function limited({ row, column }: Cell, { rows, columns }: Extent): Cell {
  return { row: Math.max(-1, Math.min(rows - 1, row)), column: Math.max(0, Math.min(columns - 1, column)) };
}
