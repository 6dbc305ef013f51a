/** Draws rows again when they have changed, and lets their changed cells flash for a moment. */

import { onScopeDispose, type Ref, type ShallowRef, shallowRef, watch } from "vue";
import type { Place } from "./useRowsInSight";
import { calmed, type Look, type VisibleRow, visibleRows } from "./visible";

const FLASH_MILLISECONDS = 700;

export function useVisibleRows<R>(
  places: Readonly<Ref<readonly Place[]>>,
  look: Readonly<Ref<Look<R>>>,
  version: () => number,
): Readonly<ShallowRef<readonly VisibleRow<R>[]>> {
  const rows = shallowRef<readonly VisibleRow<R>[]>([]);
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  let timer: ReturnType<typeof setTimeout> | undefined;

  function draw(flashes: boolean): void {
    rows.value = visibleRows(places.value, rows.value, look.value, flashes && !calm.matches);
  }
  function tick(): void {
    draw(true);
    clearTimeout(timer);
    if (rows.value.some((each) => each.flashing.size > 0))
      timer = setTimeout(() => (rows.value = calmed(rows.value)), FLASH_MILLISECONDS);
  }

  // In this order: a tick may change the places of rows as well.
  watch(version, tick, { immediate: true });
  watch([places, look], () => {
    draw(false);
  });
  onScopeDispose(() => {
    clearTimeout(timer);
  });
  return rows;
}
