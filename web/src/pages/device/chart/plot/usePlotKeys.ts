/** The keys of the chart: arrows move the cursor, with Shift the range; + and - zoom at the cursor, 0 and Escape show the whole. */

import type { Ref } from "vue";
import { panned, zoomedIn, zoomedOut } from "../data/range";
import type { ChartRange } from "../useRange";

const PAN_SHARE = 0.25;

export function usePlotKeys(
  range: ChartRange,
  cursor: Ref<number | undefined>,
  moments: () => readonly number[],
): (event: KeyboardEvent) => void {
  const middle = (): number => cursor.value ?? (range.view.value.from + range.view.value.to) / 2;

  /** Moves the cursor to the next point on one side; without a cursor, to the outermost one on the other side. */
  function step(direction: 1 | -1): void {
    const { from, to } = range.view.value;
    const inView = moments().filter((at) => at >= from && at <= to);
    const ordered = direction === 1 ? inView : [...inView].reverse();
    const { value } = cursor;
    const next = value === undefined ? ordered[0] : ordered.find((at) => (at - value) * direction > 0);
    cursor.value = next ?? value;
  }

  function pan(share: number): void {
    range.zoomTo(panned(range.view.value, share, range.whole.value));
  }

  const actions: Record<string, (shift: boolean) => void> = {
    ArrowLeft: (shift) => {
      if (shift) pan(-PAN_SHARE);
      else step(-1);
    },
    ArrowRight: (shift) => {
      if (shift) pan(PAN_SHARE);
      else step(1);
    },
    "+": () => {
      range.zoomTo(zoomedIn(range.view.value, middle(), range.whole.value));
    },
    "-": () => {
      range.zoomTo(zoomedOut(range.view.value, middle(), range.whole.value));
    },
    "0": range.reset,
  };
  const keys: typeof actions = { ...actions };
  if (actions["+"]) keys["="] = actions["+"];
  if (actions["0"]) keys["Escape"] = actions["0"];

  return (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const act = keys[event.key];
    if (act === undefined) return;
    event.preventDefault();
    act(event.shiftKey);
  };
}
