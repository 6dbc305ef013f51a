/** The keys of the lanes: arrows walk from segment to segment, + and - zoom at the segment, Enter fits it, 0 and Escape show the whole. */

import type { Roving } from "../parts/useRoving";
import type { Item } from "./geometry/drawing";
import type { Zoom } from "./useZoom";

export function useLaneKeys(zoom: Zoom, roving: Roving, items: () => Item[]): (event: KeyboardEvent) => void {
  const actions: Record<string, (item: Item | undefined) => void> = {
    "+": (item) => {
      zoom.zoomIn(item?.start);
    },
    "-": (item) => {
      zoom.zoomOut(item?.start);
    },
    "0": zoom.reset,
    Enter: (item) => {
      if (item) zoom.fit(item.start, item.end);
    },
  };
  const keys = { ...actions, "=": actions["+"], Escape: actions["0"] } as typeof actions;

  return (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || roving.move(event)) return;
    const act = keys[event.key];
    if (!act) return;
    event.preventDefault();
    act(items().find((each) => each.id === roving.current.value));
  };
}
