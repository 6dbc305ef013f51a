/** Which rows are in sight, and which elements they use. */

import { useVirtualizer } from "@tanstack/vue-virtual";
import { computed, type ComputedRef, type Ref } from "vue";

const OVERSCAN = 4;
/** Of the first rows, before the browser has laid the table out. */
const FIRST_SIZE = { width: 1280, height: 720 };
/** The element of the active row while it is out of sight. */
const OUTSIDE = -1;

export interface Place {
  readonly index: number;
  readonly key: string;
  /** The element that shows the row: elements are reused, as changing texts is cheaper than making rows. */
  readonly slot: number;
}

export interface InSightOptions {
  readonly scroller: Readonly<Ref<HTMLElement | null>>;
  readonly keys: () => readonly string[];
  readonly rowHeight: () => number;
  readonly headerHeight: number;
  /** The row that stays an element although it is out of sight, so that screen readers keep their place; or -1. */
  readonly activeIndex: () => number;
}

export interface RowsInSight {
  readonly places: ComputedRef<readonly Place[]>;
  readonly isScrolling: () => boolean;
  readonly scrollTo: (index: number, align?: "auto" | "center") => void;
}

export function useRowsInSight(options: InSightOptions): RowsInSight {
  const virtualizer = useVirtualizer(
    computed(() => ({
      count: options.keys().length,
      getScrollElement: () => options.scroller.value,
      estimateSize: options.rowHeight,
      overscan: OVERSCAN,
      scrollPaddingStart: options.headerHeight,
      initialRect: FIRST_SIZE,
    })),
  );
  let slots = 1;

  const places = computed(() => {
    const inSight = virtualizer.value.getVirtualItems().map((item) => item.index);
    const active = options.activeIndex();
    slots = Math.max(slots, inSight.length);
    const all = inSight.map((index) => ({ index, slot: index % slots }));
    if (active >= 0 && !inSight.includes(active)) all.push({ index: active, slot: OUTSIDE });
    return all.flatMap(({ index, slot }) => {
      const key = options.keys()[index];
      return key === undefined ? [] : [{ index, slot, key }];
    });
  });

  return {
    places,
    isScrolling: () => virtualizer.value.isScrolling,
    scrollTo: (index, align = "auto") => {
      virtualizer.value.scrollToIndex(index, { align });
    },
  };
}
