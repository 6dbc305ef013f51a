/** Choices of the board that its URL holds: a value that is not offered counts as the default one. */

import { computed, type WritableComputedRef } from "vue";
import { useUrlValue } from "@/app/useUrlValue";

/** Returns the number that the parameter `name` of the URL chooses from `offered`, or the first one. */
export function useUrlNumber(name: string, offered: readonly [number, ...number[]]): WritableComputedRef<number> {
  const chosen = useUrlValue(name);
  return computed({
    get: () => offered.find((each) => String(each) === chosen.value) ?? offered[0],
    set: (value) => (chosen.value = value === offered[0] ? "" : String(value)),
  });
}
