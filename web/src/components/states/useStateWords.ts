/** The words of states in the language of the page, each with its mark: `<StateMark v-bind="words.run(run.state)" />`. */

import { useI18n } from "vue-i18n";
import type { Freshness, LogStatus, RunState } from "@/api";
import { logMark, type Mark, runMark } from "./marks";

export interface StateWord {
  mark: Mark;
  word: string;
}

export function useStateWords() {
  const { t } = useI18n();
  return {
    run: (state: RunState): StateWord => ({ mark: runMark(state), word: t(`states.run.${state}`) }),
    log: (status: LogStatus): StateWord => ({ mark: logMark(status), word: t(`states.log.${status}`) }),
    freshness: (freshness: Freshness): string => t(`states.freshness.${freshness}`),
  };
}
