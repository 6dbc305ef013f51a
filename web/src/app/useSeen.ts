/** Whether an element has come into view, so that nothing is read for what is out of sight. */

import { onScopeDispose, ref, type Ref, watch } from "vue";

/** What is about to be seen is read, too. */
const MARGIN = "300px";

export function useSeen(element: Readonly<Ref<HTMLElement | null>>): Readonly<Ref<boolean>> {
  const isSeen = ref(false);
  const observer = new IntersectionObserver(
    (entries) => {
      isSeen.value ||= entries.some((each) => each.isIntersecting);
      if (isSeen.value) observer.disconnect();
    },
    { rootMargin: MARGIN },
  );
  watch(element, (found) => {
    if (found) observer.observe(found);
  });
  onScopeDispose(() => {
    observer.disconnect();
  });
  return isSeen;
}
