/** One of many elements has the focus of the keyboard; the arrow keys move it, so that Tab passes over the picture in one step. */

import { computed, type ComputedRef, nextTick, ref, type Ref } from "vue";

const MOVES: Record<string, (index: number, count: number) => number> = {
  ArrowRight: (index) => index + 1,
  ArrowDown: (index) => index + 1,
  ArrowLeft: (index) => index - 1,
  ArrowUp: (index) => index - 1,
  Home: () => 0,
  End: (_index, count) => count - 1,
};

export interface Roving {
  /** The element that Tab reaches. */
  current: ComputedRef<string | undefined>;
  focus: (id: string) => void;
  /** Moves with the arrow keys, Home and End; returns whether the key was one of them. */
  move: (event: KeyboardEvent) => boolean;
}

/** `ids` are in the order in which they are walked; the elements with these ids are below `root`. */
export function useRoving(ids: () => string[], root: Ref<Element | null>, first = (all: string[]) => all[0]): Roving {
  const chosen = ref<string>();
  const current = computed(() => {
    const all = ids();
    return chosen.value !== undefined && all.includes(chosen.value) ? chosen.value : first(all);
  });

  function focus(id: string): void {
    chosen.value = id;
    void nextTick(() => {
      root.value?.querySelector<SVGElement | HTMLElement>(`#${id}`)?.focus();
    });
  }

  function move(event: KeyboardEvent): boolean {
    const step = MOVES[event.key];
    const all = ids();
    if (!step || all.length === 0) return false;
    event.preventDefault();
    const index = step(current.value === undefined ? -1 : all.indexOf(current.value), all.length);
    const next = all[Math.min(all.length - 1, Math.max(0, index))];
    if (next !== undefined) focus(next);
    return true;
  }

  return { current, focus, move };
}
