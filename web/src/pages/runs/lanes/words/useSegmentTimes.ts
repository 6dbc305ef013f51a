/** Moments of a run: the time of day to the millisecond, and the time since the start. */

import { computed } from "vue";
import { useI18n } from "vue-i18n";
import { useFormat } from "@/app/format";
import type { Segment } from "../geometry/model";

const CLOCK: Intl.DateTimeFormatOptions = {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  fractionalSecondDigits: 3,
  hourCycle: "h23",
};

export function useSegmentTimes() {
  const { locale, t } = useI18n();
  const format = useFormat();
  const clock = computed(() => new Intl.DateTimeFormat(locale.value, CLOCK));

  /** The time of day of an offset in milliseconds from the start of the run. */
  const time = (offset: number, startedAt: string): string => clock.value.format(Date.parse(startedAt) + offset);
  const offset = (milliseconds: number): string => `+${format.duration(milliseconds / 1000)}`;

  return {
    time,
    offset,
    moment: (at: number, startedAt: string): string => `${time(at, startedAt)} (${offset(at)})`,
    span: (segment: Segment, startedAt: string): string =>
      t(segment.open ? "runs.lanes.spanOpen" : "runs.lanes.span", {
        start: time(segment.start, startedAt),
        end: time(segment.end, startedAt),
        offset: offset(segment.start),
        zone: format.timeZone,
      }),
  };
}
