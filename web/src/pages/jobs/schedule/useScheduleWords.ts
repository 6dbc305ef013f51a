/** A schedule in words, in the language of the page. */

import { useI18n } from "vue-i18n";
import { clock, type CronDays, type CronTimes, readCron } from "./cron";

/** A Sunday, from which the names of the days of the week are counted. */
const SUNDAY = Date.UTC(2023, 0, 1);
const DAY_MILLISECONDS = 86_400_000;
const LAST_MINUTE = 59;

export function useScheduleWords() {
  const { t, locale } = useI18n();

  /** Returns for example «每天 02:30»; undefined if the expression has no short words. */
  function words(expression: string): string | undefined {
    const read = readCron(expression);
    if (read === undefined) return undefined;
    const times = timesText(read.times);
    const isFrequent = read.days.kind === "daily" && read.times.kind !== "clock";
    return isFrequent ? times : t("jobs.schedule.join", { days: daysText(read.days), times });
  }

  function daysText(days: CronDays): string {
    if (days.kind === "daily") return t("jobs.schedule.daily");
    if (days.kind === "month") return t("jobs.schedule.monthly", { days: list(days.days.map(String)) });
    return days.days.join() === "1,2,3,4,5"
      ? t("jobs.schedule.weekdays")
      : t("jobs.schedule.weekly", { days: weekdays(days.days) });
  }

  function timesText(times: CronTimes): string {
    if (times.kind === "clock") return list(times.times);
    if (times.kind === "hours") {
      const key = times.every === 1 ? "hourly" : "hours";
      return t(`jobs.schedule.${key}`, { every: times.every, minute: clock(0, times.minute).slice(3) });
    }
    const text = times.every === 1 ? t("jobs.schedule.minutely") : t("jobs.schedule.minutes", { every: times.every });
    if (times.hours === undefined) return text;
    const [from, to] = times.hours;
    return t("jobs.schedule.between", { from: clock(from, 0), to: clock(to, LAST_MINUTE), times: text });
  }

  /** Returns for example «周一、三»: after the first day, Chinese omits the 周. */
  function weekdays(days: number[]): string {
    return list(days.map((day, index) => (index === 0 ? weekday(day) : weekday(day).replace(/^周/, ""))));
  }

  function list(items: string[]): string {
    return new Intl.ListFormat(locale.value, { type: "conjunction", style: "narrow" }).format(items);
  }

  function weekday(day: number): string {
    const format = new Intl.DateTimeFormat(locale.value, { weekday: "short", timeZone: "UTC" });
    return format.format(SUNDAY + day * DAY_MILLISECONDS);
  }

  return { words };
}
