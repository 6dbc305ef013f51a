/** The name of a column of the file, in the language of the page. */

import { useI18n } from "vue-i18n";
import { isImported } from "./columns";

export function useColumnWord(): (column: string) => string {
  const { t } = useI18n();
  return (column) => {
    if (isImported(column)) return t(`devices.column.${column}`);
    const number = /^column (\d+)$/.exec(column)?.[1];
    return number === undefined ? column : t("devices.import.columnNumber", { number });
  };
}
