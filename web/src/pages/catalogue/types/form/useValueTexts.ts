/** The values of a form in words, to show beside others. */

import { useI18n } from "vue-i18n";
import type { StateValue } from "./values";

export function useValueTexts() {
  const { t } = useI18n();

  function stateText({ state, isOffline, isAlarm }: StateValue): string {
    const kinds = [isOffline && t("types.states.offline"), isAlarm && t("types.states.alarm")].filter(Boolean);
    return kinds.length === 0 ? state : t("types.states.with", { state, kinds: kinds.join(t("types.separator")) });
  }

  return {
    stateText,
    textOf: (name: string, value: unknown): string => {
      const text = name === "states" ? (value as StateValue[]).map(stateText).join("\n") : String(value);
      return text === "" ? t("types.none") : text;
    },
  };
}
