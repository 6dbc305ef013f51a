/** Times and durations for reading from afar: nothing that changes faster than a second. */

import { useI18n } from "vue-i18n";
import { useFormat } from "@/app/format";

export function useWallFormat() {
  const { t } = useI18n();
  const { duration, number, dateTime, time } = useFormat();
  const isoOf = (milliseconds: number): string => new Date(milliseconds).toISOString();

  return {
    clock: (now: number): string => time(isoOf(now)),
    /** Returns a moment, with its date unless it is of the same day. */
    moment: (value: number, now: number): string =>
      new Date(value).toDateString() === new Date(now).toDateString() ? time(isoOf(value)) : dateTime(isoOf(value)),
    duration: (seconds: number): string =>
      seconds < 60 ? t("common.units.seconds", { n: number(Math.floor(seconds)) }) : duration(Math.floor(seconds)),
  };
}
