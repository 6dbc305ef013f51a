/** Long lists in chunks: only the chunks near the window are drawn. */

/** Rows per chunk; a shorter list is drawn as a whole, and so is what is printed. */
export const CHUNK_ROWS = 50;

export interface Chunk<Item> {
  readonly index: number;
  readonly items: readonly Item[];
}

export function chunksOf<Item>(items: readonly Item[], rows: number = CHUNK_ROWS): Chunk<Item>[] {
  const count = Math.ceil(items.length / rows);
  return Array.from({ length: count }, (_, index) => ({
    index,
    items: items.slice(index * rows, (index + 1) * rows),
  }));
}
