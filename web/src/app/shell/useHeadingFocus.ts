/** Moves the focus to the heading of each new page, so that a screen reader reads it and Tab continues from there. */

import { nextTick, type Ref, watch } from "vue";
import { useRoute } from "vue-router";

export function useHeadingFocus(main: Readonly<Ref<HTMLElement | null>>): void {
  const route = useRoute();
  watch(
    () => route.path,
    async () => {
      await nextTick();
      const heading = main.value?.querySelector("h1");
      heading?.setAttribute("tabindex", "-1");
      (heading ?? main.value)?.focus();
    },
  );
}
