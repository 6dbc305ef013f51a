/** A value that follows another one once that has stayed the same for a while. */

import { onScopeDispose, readonly, type Ref, shallowRef, watch } from "vue";

export function refDebounced<Value extends string | number>(
  source: Readonly<Ref<Value>>,
  milliseconds: number,
): Readonly<Ref<Value>> {
  const settled = shallowRef(source.value);
  let timer: ReturnType<typeof setTimeout> | undefined;
  watch(source, (value) => {
    clearTimeout(timer);
    timer = setTimeout(() => (settled.value = value), milliseconds);
  });
  onScopeDispose(() => {
    clearTimeout(timer);
  });
  return readonly(settled) as Readonly<Ref<Value>>;
}
