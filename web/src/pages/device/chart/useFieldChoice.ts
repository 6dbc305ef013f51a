/** The fields of the chart, which are in the URL. */

import { computed } from "vue";
import type { FieldDefinition } from "@/api";
import { useUrlValue } from "@/app/useUrlValue";
import { fieldsAtFirst, possibleFields } from "./data/choice";

export function useFieldChoice(fields: readonly FieldDefinition[]) {
  const text = useUrlValue("fields");
  const named = computed(() => text.value.split(",").filter(Boolean));
  const chosen = computed(() => {
    const possible = possibleFields(named.value, fields);
    return possible.length > 0 ? possible : fieldsAtFirst(fields);
  });

  return {
    chosen,
    /** Names in the URL that cannot be shown. */
    ignored: computed(() => named.value.filter((name) => !chosen.value.includes(name))),
    toggle: (name: string) => {
      const { value } = chosen;
      text.value = (value.includes(name) ? value.filter((each) => each !== name) : [...value, name]).join(",");
    },
  };
}
