/** Whether an element is near the window, and how high it was when it was drawn. */

import { onScopeDispose, type Ref, ref, watch } from "vue";

/** Rows that scrolling reaches next are drawn too. */
const MARGIN = "800px 0px";

export function useNearWindow(element: Readonly<Ref<HTMLElement | null>>, isNearAtFirst: boolean) {
  const isNear = ref(isNearAtFirst);
  const height = ref<number>();
  const observer = new IntersectionObserver(
    ([entry]) => {
      if (entry === undefined) return;
      // The element that has the focus stays, so that the keyboard keeps its place.
      const stays = isNear.value && entry.target.contains(document.activeElement);
      if (isNear.value && !entry.isIntersecting && !stays) height.value = entry.boundingClientRect.height;
      isNear.value = entry.isIntersecting || stays;
    },
    { rootMargin: MARGIN },
  );
  watch(
    element,
    (target) => {
      observer.disconnect();
      if (target !== null) observer.observe(target);
    },
    { flush: "post" },
  );
  onScopeDispose(() => {
    observer.disconnect();
  });
  return { isNear, height };
}
