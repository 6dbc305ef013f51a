/** How the tiles of alarms share their space: few alarms are large, many are small, and what does not fit comes in turn. */

import { useMediaQuery } from "@/app/useMediaQuery";
import { computed, type ComputedRef, onScopeDispose, ref, type Ref, watch } from "vue";

export interface TileGrid {
  /** How many tiles fit. */
  slots: number;
  style: Record<string, string>;
}

/** The columns, and the size of a tile compared with the smallest one, up to a number of alarms. */
const WIDE = [
  { alarmsMax: 2, columns: 2, scale: 2.3 },
  { alarmsMax: 3, columns: 3, scale: 1.55 },
  { alarmsMax: 6, columns: 3, scale: 1.3 },
];
const WIDE_MANY = { columns: 4, scale: 1 };
const TALL = [{ alarmsMax: 4, columns: 1, scale: 1.3 }];
const TALL_MANY = { columns: 2, scale: 1 };
/** The least height of a tile of scale 1, in hundredths of the height of a wide and of a tall screen. */
const WIDE_VH = 15.5;
const TALL_VH = 9;

export function useTileGrid(element: Readonly<Ref<HTMLElement | null>>, alarms: () => number): ComputedRef<TileGrid> {
  const height = ref(0);
  const isScreenWide = useMediaQuery("(orientation: landscape)");
  const observer = new ResizeObserver(([entry]) => (height.value = entry?.contentRect.height ?? 0));
  watch(element, (found) => {
    if (found) observer.observe(found);
  });
  onScopeDispose(() => {
    observer.disconnect();
  });

  return computed(() => {
    const isWide = isScreenWide.value;
    const few = (isWide ? WIDE : TALL).find(({ alarmsMax }) => alarms() <= alarmsMax);
    const { columns, scale } = few ?? (isWide ? WIDE_MANY : TALL_MANY);
    const tile = (innerHeight * (isWide ? WIDE_VH : TALL_VH) * scale) / 100;
    const rows = Math.max(1, Math.min(Math.floor(height.value / tile), Math.ceil(alarms() / columns)));
    return {
      slots: columns * rows,
      style: { "--wall-columns": String(columns), "--wall-rows": String(rows), "--wall-scale": String(scale) },
    };
  });
}
