/** Fields in words. */

import { useI18n } from "vue-i18n";
import type { FieldDefinition } from "@/api";
import { useFormat } from "@/app/format";
import type { Definition } from "./drafts";

type Field = Definition | FieldDefinition;

export function useFieldTexts() {
  const { t } = useI18n();
  const format = useFormat();
  const limit = (value: number | null): string => (value === null ? "…" : format.number(value));

  function rangeOf({ minimum, maximum, max_length }: Field): string {
    if (max_length !== null) return t("types.fields.characters", { max: format.number(max_length) });
    return minimum === null && maximum === null ? "" : `${limit(minimum)} – ${limit(maximum)}`;
  }

  const decimalsOf = ({ decimals }: Field): string => (decimals === null ? "" : format.number(decimals));

  return {
    rangeOf,
    decimalsOf,
    /** Returns all of a field in a few lines. */
    textOf: (field: Field | undefined): string => {
      if (!field) return t("types.conflict.removed");
      const decimals = decimalsOf(field) && t("types.fields.decimalsOf", { count: decimalsOf(field) });
      const visibility = field.hidden ? t("types.fields.hidden") : "";
      const parts = [field.type, field.unit, decimals, rangeOf(field), visibility].filter(Boolean);
      return `${field.labels.zh} / ${field.labels.en}\n${parts.join(t("types.separator"))}`;
    },
  };
}
