/** The names of device types in the language of the page. */

import { computed } from "vue";
import { useTypes } from "@/components/types/queries";
import { useLabelOf } from "@/components/types/useLabelOf";

/** Returns a function that names a type by its code; the code itself as long as its name is not known. */
export function useTypeNames(): (code: string) => string {
  const labelOf = useLabelOf();
  const { data } = useTypes();
  const names = computed(() => new Map(data.value?.map((type) => [type.type_code, labelOf(type)])));
  return (code) => names.value.get(code) ?? code;
}
