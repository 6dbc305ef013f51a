/** The mouse and fingers on the chart: they move the cursor, drag a range to zoom into, and turn the wheel. */

import { computed, type ComputedRef, type Ref, shallowRef } from "vue";
import { between, type Range, zoomedIn, zoomedOut } from "../data/range";
import { type Layout, momentOf, xOf } from "./layout";
import type { ChartRange } from "../useRange";

/** A shorter movement is a click. */
const DRAG_PIXELS_MIN = 6;

export interface PlotPointer {
  /** The dragged range, in pixels from the left. */
  readonly brush: ComputedRef<{ left: number; width: number } | undefined>;
  readonly listeners: Record<string, (event: never) => void>;
}

export function usePlotPointer(
  range: ChartRange,
  layout: Readonly<Ref<Layout>>,
  cursor: Ref<number | undefined>,
): PlotPointer {
  const drag = shallowRef<Range>();
  const at = (event: MouseEvent): number => momentOf(event.offsetX, range.view.value, layout.value);
  const pixels = ({ from, to }: Range): { left: number; width: number } => {
    const [one, other] = [from, to].map((each) => xOf(each, range.view.value, layout.value));
    return { left: Math.min(one ?? 0, other ?? 0), width: Math.abs((one ?? 0) - (other ?? 0)) };
  };

  function begin(event: PointerEvent): void {
    if (event.button !== 0) return;
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
    drag.value = { from: at(event), to: at(event) };
  }

  function move(event: PointerEvent): void {
    cursor.value = at(event);
    if (drag.value !== undefined) drag.value = { ...drag.value, to: at(event) };
  }

  function end(): void {
    const { value } = drag;
    drag.value = undefined;
    if (value === undefined || pixels(value).width < DRAG_PIXELS_MIN) return;
    range.zoomTo(between(value.from, value.to, range.whole.value));
  }

  /** Without the focus or Ctrl, the wheel scrolls the page. */
  function turn(event: WheelEvent): void {
    const hasFocus = document.activeElement === event.currentTarget;
    if (!hasFocus && !event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    const zoom = event.deltaY < 0 ? zoomedIn : zoomedOut;
    range.zoomTo(zoom(range.view.value, at(event), range.whole.value));
  }

  return {
    brush: computed(() => drag.value && pixels(drag.value)),
    listeners: {
      pointerdown: begin,
      pointermove: move,
      pointerup: end,
      pointercancel: () => (drag.value = undefined),
      pointerleave: () => (cursor.value = undefined),
      wheel: turn,
    },
  };
}
