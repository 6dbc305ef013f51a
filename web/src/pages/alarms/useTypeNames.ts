/** The names of device types in the language of the page. */

import { computed } from "vue";
import { useI18n } from "vue-i18n";
import { useTypes } from "@/components/types/queries";

/** Returns a function that names a type by its code; the code itself as long as its name is not known. */
export function useTypeNames(): (code: string) => string {
  const { locale } = useI18n();
  const { data } = useTypes();
  const names = computed(
    () =>
      new Map(data.value?.map(({ type_code, labels }) => [type_code, locale.value === "en" ? labels.en : labels.zh])),
  );
  return (code) => names.value.get(code) ?? code;
}
