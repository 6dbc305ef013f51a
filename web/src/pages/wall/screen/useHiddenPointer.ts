/** Whether the pointer should be hidden, because it has rested: a screen has no mouse, but its computer shows a pointer. */

import { onScopeDispose, ref, type Ref } from "vue";

const REST_SECONDS = 3;

export function useHiddenPointer(): Readonly<Ref<boolean>> {
  const isHidden = ref(false);
  let timer: ReturnType<typeof setTimeout>;

  function show(): void {
    isHidden.value = false;
    clearTimeout(timer);
    timer = setTimeout(() => (isHidden.value = true), REST_SECONDS * 1000);
  }

  show();
  addEventListener("pointermove", show);
  onScopeDispose(() => {
    clearTimeout(timer);
    removeEventListener("pointermove", show);
  });
  return isHidden;
}
