/** Which cards are on the screen: only their devices are watched. */

import { onScopeDispose, shallowRef } from "vue";

/** Cards that scrolling reaches next count as visible. */
const MARGIN = "300px";
/** Scrolling past many cards must not send a request for each. */
const SETTLE_MILLISECONDS = 200;

export function useVisibleCodes() {
  const codes = shallowRef<readonly string[]>([]);
  const visible = new Set<string>();
  const elements = new Map<string, HTMLElement>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  const observer = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        const code = (target as HTMLElement).dataset.code ?? "";
        if (isIntersecting) visible.add(code);
        else visible.delete(code);
      }
      settle();
    },
    { rootMargin: MARGIN },
  );
  function settle(): void {
    clearTimeout(timer);
    timer = setTimeout(() => (codes.value = [...visible].sort()), codes.value.length === 0 ? 0 : SETTLE_MILLISECONDS);
  }
  /** A function for `:ref` of the element of a device, which has its code in `data-code`. */
  function track(code: string, element: HTMLElement | null): void {
    const before = elements.get(code);
    if (before === element) return;
    if (before !== undefined) observer.unobserve(before);
    if (element === null) {
      elements.delete(code);
      if (visible.delete(code)) settle();
    } else {
      elements.set(code, element);
      observer.observe(element);
    }
  }

  onScopeDispose(() => {
    clearTimeout(timer);
    observer.disconnect();
  });
  return { codes, track };
}
