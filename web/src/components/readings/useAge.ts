/** How long something has lasted, in whole seconds: fractions would only flicker. */

import { useI18n } from "vue-i18n";
import { useFormat } from "@/app/format";
import { useServerClock } from "./serverClock";

export function useAge(): (since: string) => string {
  const { t } = useI18n();
  const format = useFormat();
  const clock = useServerClock();
  return (since) => {
    const seconds = Math.max(0, Math.floor((clock.value - Date.parse(since)) / 1000));
    return seconds < 60 ? t("common.units.seconds", { n: format.number(seconds) }) : format.duration(seconds);
  };
}
