/** The value of a fact with its unit, in the language of the page. */

import { useI18n } from "vue-i18n";
import { useFormat } from "@/app/format";
import type { Fact, Unit } from "./facts";

const DECIMALS = 1;

export function useFactText(): (fact: Fact) => string {
  const { t } = useI18n();
  const format = useFormat();
  const shown: Record<Unit, (value: number) => string> = {
    seconds: (value) => format.duration(value),
    milliseconds: (value) => t("runs.units.milliseconds", { n: format.number(value, DECIMALS) }),
    percent: (value) => t("runs.units.percent", { n: format.number(value, DECIMALS) }),
    mebibytes: (value) => t("runs.units.mebibytes", { n: format.number(value, DECIMALS) }),
    number: (value) => format.number(value),
    text: String,
    flag: String,
  };
  return ({ unit, value }) => {
    if (typeof value === "boolean") return t(value ? "runs.facts.yes" : "runs.facts.no");
    return typeof value === "number" ? shown[unit](value) : value;
  };
}
