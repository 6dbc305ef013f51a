/** The width of an element in pixels, as it changes. */

import { onScopeDispose, ref, type Ref, watch } from "vue";

export function useWidth(element: Ref<HTMLElement | null>, widthMin: number): Readonly<Ref<number>> {
  const width = ref(widthMin);
  const observer = new ResizeObserver((entries) => {
    for (const entry of entries) width.value = Math.max(widthMin, Math.floor(entry.contentRect.width));
  });
  watch(element, (now, before) => {
    if (before) observer.unobserve(before);
    if (now) observer.observe(now);
  });
  onScopeDispose(() => {
    observer.disconnect();
  });
  return width;
}
