/** Which part of the time axis is on show. Not zoomed, it is the whole, also when the whole grows. */

import { computed, type ComputedRef, shallowRef } from "vue";
import { around, panned, type Range, zoomed } from "./geometry/scale";

const STEP = 0.6;

export interface Zoom {
  range: ComputedRef<Range>;
  isZoomed: ComputedRef<boolean>;
  /** Shows less around a moment; without one, around the middle. */
  zoomIn: (at?: number) => void;
  zoomOut: (at?: number) => void;
  /** Moves by a share of what is on show. */
  pan: (share: number) => void;
  /** Shows a segment. */
  fit: (start: number, end: number) => void;
  reset: () => void;
}

export function useZoom(whole: () => Range): Zoom {
  const chosen = shallowRef<Range | null>(null);
  const range = computed(() => chosen.value ?? whole());

  function choose(next: Range): void {
    const all = whole();
    chosen.value = next.from <= all.from && next.to >= all.to ? null : next;
  }

  function zoom(factor: number, at = (range.value.from + range.value.to) / 2): void {
    choose(zoomed(range.value, factor, at, whole()));
  }

  return {
    range,
    isZoomed: computed(() => chosen.value !== null),
    zoomIn: (at) => {
      zoom(STEP, at);
    },
    zoomOut: (at) => {
      zoom(1 / STEP, at);
    },
    pan: (share) => {
      choose(panned(range.value, share, whole()));
    },
    fit: (start, end) => {
      choose(around(start, end, whole()));
    },
    reset: () => {
      chosen.value = null;
    },
  };
}
