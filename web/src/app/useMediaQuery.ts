/** A media query of CSS as a ref. */

import { onScopeDispose, readonly, ref, type Ref } from "vue";

export function useMediaQuery(query: string): Readonly<Ref<boolean>> {
  const list = matchMedia(query);
  const matches = ref(list.matches);
  const update = (): void => {
    matches.value = list.matches;
  };
  list.addEventListener("change", update);
  onScopeDispose(() => {
    list.removeEventListener("change", update);
  });
  return readonly(matches);
}
