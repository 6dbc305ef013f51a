/** The width of an element as a ref. */

import { onScopeDispose, readonly, ref, type Ref, watch } from "vue";

/** Returns the width of the content of an element in pixels; 0 until it is laid out. */
export function useElementWidth(element: Readonly<Ref<HTMLElement | null>>): Readonly<Ref<number>> {
  const width = ref(0);
  const observer = new ResizeObserver(([entry]) => (width.value = entry?.contentRect.width ?? 0));
  watch(element, (now, before) => {
    if (before) observer.unobserve(before);
    if (now) observer.observe(now);
  });
  onScopeDispose(() => {
    observer.disconnect();
  });
  return readonly(width);
}
