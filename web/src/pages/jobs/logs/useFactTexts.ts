/** The values of facts in the language of the page, with their units. */

import { useI18n } from "vue-i18n";
import { useFormat } from "@/app/format";
import type { Fact } from "./facts";

export function useFactTexts() {
  const { t } = useI18n();
  const format = useFormat();

  function textOf({ name, kind, value }: Fact): string {
    if (typeof value === "boolean") return t(`jobs.boolean.${value}`);
    if (typeof value === "string") return kind === "moment" ? format.dateTime(value) : word(name, value);
    if (kind === "seconds") return format.duration(value);
    if (kind === "milliseconds") return format.duration(value / 1000);
    if (kind === "percent") return `${format.number(value, 1)} %`;
    return kind === "mebibytes" ? `${format.number(value, 1)} MiB` : format.number(value);
  }

  const word = (name: string, value: string): string =>
    t(name === "strategy_name" ? `jobs.strategy.${value}` : `jobs.categories.${value}`);

  return { textOf };
}
