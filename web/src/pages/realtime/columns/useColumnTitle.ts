/** The titles of columns: those of fields are data, the others are texts of the page. */

import { useI18n } from "vue-i18n";
import type { Column } from "./columns";

export function useColumnTitle() {
  const { t } = useI18n();
  const label = (column: Column): string =>
    column.kind === "field" ? column.label : t(`realtime.column.${column.kind}`);
  return {
    label,
    /** Returns the label with the unit in brackets. */
    title: (column: Column): string => (column.field?.unit ? `${label(column)} (${column.field.unit})` : label(column)),
  };
}
