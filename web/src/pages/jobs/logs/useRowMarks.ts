/** The mark of a row of the log: the root row has the state of its run, a row below it says what happened. */

import { useI18n } from "vue-i18n";
import type { JobLog } from "@/api";
import { logMark, type Mark } from "@/components/states/marks";
import { type StateWord, useStateWords } from "@/components/states/useStateWords";

export function useRowMarks() {
  const { t } = useI18n();
  const words = useStateWords();

  function mark(log: JobLog): StateWord {
    if (log.parent_log_id === null) return words.log(log.status);
    return { mark: eventMark(log), word: t(`jobs.logType.${log.log_type}`) };
  }

  return { mark };
}

/** A retry is no alarm, though its attempt has failed: the run goes on. */
function eventMark({ log_type, status }: JobLog): Mark {
  return log_type === "retry_attempt" || log_type === "strategy_change" ? "other" : logMark(status);
}
