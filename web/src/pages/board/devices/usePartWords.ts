/** The words of parts of devices, and the numbers beside them. States are data; the other parts have words of the console. */

import { useI18n } from "vue-i18n";
import { useFormat } from "@/app/format";
import type { Part } from "./parts";

export function usePartWords() {
  const { t } = useI18n();
  const format = useFormat();

  function word({ kind, state }: Part): string {
    return kind === "state" ? (state ?? "") : t(`board.part.${kind}`);
  }

  /** Returns for example 25 %; nothing of no devices. */
  function percent({ devices }: Part, total: number): string {
    return total === 0 ? "" : t("board.percent", { n: format.number(Math.round((1000 * devices) / total) / 10) });
  }

  /** Returns for example «焊接 12，待机 3». */
  function sentence(parts: readonly Part[]): string {
    return parts
      .filter(({ devices }) => devices > 0)
      .map((part) => `${word(part)} ${format.number(part.devices)}`)
      .join(t("board.comma"));
  }

  return { word, percent, sentence };
}
