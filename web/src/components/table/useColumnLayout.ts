/** Where the columns are: their left edges, their total width, and how to bring one into sight. */

import { computed, type ComputedRef } from "vue";
import type { TableColumn } from "./columns";

export interface ColumnLayout {
  readonly lefts: ComputedRef<readonly number[]>;
  readonly totalWidth: ComputedRef<number>;
  /** The tracks of the grid of a row. */
  readonly tracks: ComputedRef<string>;
  readonly show: (scroller: HTMLElement, index: number) => void;
}

export function useColumnLayout(columns: () => readonly TableColumn[]): ColumnLayout {
  const lefts = computed(() => {
    let left = 0;
    return columns().map(({ width }) => (left += width) - width);
  });
  const widthOf = (some: readonly TableColumn[]): number => some.reduce((sum, { width }) => sum + width, 0);

  function show(scroller: HTMLElement, index: number): void {
    const [column, left] = [columns()[index], lefts.value[index]];
    if (column === undefined || left === undefined || column.fixed === true) return;
    const hidden = widthOf(columns().filter((each) => each.fixed === true));
    const right = left + column.width - scroller.clientWidth;
    if (left < scroller.scrollLeft + hidden) scroller.scrollLeft = left - hidden;
    else if (right > scroller.scrollLeft) scroller.scrollLeft = right;
  }

  return {
    lefts,
    totalWidth: computed(() => widthOf(columns())),
    tracks: computed(() => columns().map(({ width }) => `${width}px`).join(" ")), // prettier-ignore
    show,
  };
}
