/** The values of statistics as texts in the language of the page. */

import { useI18n } from "vue-i18n";
import type { StatisticField } from "@/api";
import { useFormat } from "@/app/format";
import { type FieldValue, useFieldFormat } from "@/components/readings/useFieldFormat";
import type { Change } from "./change";

/** Numbers below this have a second decimal place. */
const SMALL = 10;

export function useStatisticTexts() {
  const { t } = useI18n();
  const format = useFormat();
  const fields = useFieldFormat();

  /** Returns a number with so many decimals as are read at a glance; the table of the days has all. */
  const number = (value: number): string => format.number(Number(value.toFixed(Math.abs(value) < SMALL ? 2 : 1)));

  function value({ type }: StatisticField, found: FieldValue): string {
    return typeof found === "number" ? number(found) : fields.text({ type, decimals: null }, found);
  }

  function change(found: Change | undefined, unit: string): string {
    if (found === undefined) return t("board.tile.noChange");
    if (found.kind === "open") return t("board.tile.open");
    const text = number(found.value);
    const signed = found.value > 0 && text !== "0" ? `+${text}` : text.replace("-", "−");
    if (found.kind === "share") return t("board.tile.shareChange", { change: signed });
    if (unit === "%") return t("board.tile.pointChange", { change: signed });
    return t("board.tile.change", { change: unit === "" ? signed : `${signed} ${unit}` });
  }

  return { number, value, change };
}
