/** The values of fields as texts in the language of the page. */

import { useI18n } from "vue-i18n";
import type { FieldDefinition } from "@/api";
import { useFormat } from "@/app/format";

export type FieldValue = string | number | boolean | null | undefined;

const NONE = "–";

export function useFieldFormat() {
  const { t } = useI18n();
  const format = useFormat();

  /** Returns the value with the decimals of its field and without its unit; a dash if there is none. */
  function text(field: Pick<FieldDefinition, "type" | "decimals">, value: FieldValue): string {
    if (value === null || value === undefined || value === "") return NONE;
    if (typeof value === "boolean") return t(value ? "realtime.value.yes" : "realtime.value.no");
    if (typeof value === "number") return format.number(value, field.decimals);
    return field.type === "timestamp" ? format.dateTime(value) : value;
  }

  return { text };
}
