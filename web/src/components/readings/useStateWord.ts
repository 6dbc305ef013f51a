/** The state of a device with its mark. The words of states are data; silence has words of its own. */

import { useI18n } from "vue-i18n";
import type { DeviceType } from "@/api";
import type { StateWord } from "@/components/states/useStateWords";
import { markOf, type Reading, stateOf } from "./reading";

export function useStateWord() {
  const { t } = useI18n();
  return (type: DeviceType, reading: Reading): StateWord => {
    const mark = markOf(type, reading);
    return { mark, word: mark === "silent" ? silence(reading) : (stateOf(type, reading) ?? "") };
  };

  function silence({ freshness }: Reading): string {
    if (freshness === "never" || freshness === "stale") return t(`states.freshness.${freshness}`);
    return t("realtime.state.unknown");
  }
}
