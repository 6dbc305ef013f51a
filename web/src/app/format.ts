/** Numbers, times and durations in the language of the page. Times are in the time zone of the browser. */

import { useI18n } from "vue-i18n";

/** The IANA name of the time zone of the browser, for example Asia/Shanghai. */
export const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone;

const DATE_TIME: Intl.DateTimeFormatOptions = {
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
};
const TIME: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" };

/** The formats by language, which all components share. */
const datesIn = cached((locale: string) => new Intl.DateTimeFormat(locale, DATE_TIME));
const timesIn = cached((locale: string) => new Intl.DateTimeFormat(locale, TIME));
const numbersIn = cached((locale: string) => cached((decimals: number | undefined) => numberFormat(locale, decimals)));

export function useFormat() {
  const { locale, t } = useI18n();

  /** Returns a number; with `decimals`, with exactly so many decimal places, or else with as many as it has, at most three. */
  const number = (value: number, decimals?: number | null): string =>
    numbersIn(locale.value)(decimals ?? undefined).format(value);

  /** Returns a duration in its two largest units: 350 ms, 2.5 s, 4 min 12 s, 3 h 5 min, 2 d 4 h. */
  function duration(seconds: number): string {
    if (seconds < 1) return t("common.units.milliseconds", { n: number(Math.round(seconds * 1000)) });
    if (seconds < 60) return t("common.units.seconds", { n: number(seconds, seconds < 10 ? 1 : 0) });
    const whole = Math.round(seconds);
    if (whole < 3600) return pair("minutes", Math.floor(whole / 60), "seconds", whole % 60);
    if (whole < 86400) return pair("hours", Math.floor(whole / 3600), "minutes", Math.floor((whole % 3600) / 60));
    return pair("days", Math.floor(whole / 86400), "hours", Math.floor((whole % 86400) / 3600));
  }

  /** Returns a duration without a fraction of a second, which would only flicker beside a clock. */
  function wholeSeconds(seconds: number): string {
    const whole = Math.floor(seconds);
    return whole < 60 ? t("common.units.seconds", { n: number(whole) }) : duration(whole);
  }

  function pair(large: string, count: number, small: string, rest: number): string {
    const first = t(`common.units.${large}`, { n: number(count) });
    return rest === 0 ? first : `${first} ${t(`common.units.${small}`, { n: number(rest) })}`;
  }

  return {
    number,
    duration,
    wholeSeconds,
    /** Of a moment as RFC 3339, or in milliseconds since 1970. */
    dateTime: (value: string | number): string => datesIn(locale.value).format(new Date(value)),
    time: (value: string | number): string => timesIn(locale.value).format(new Date(value)),
    timeZone,
  };
}

function numberFormat(locale: string, decimals: number | undefined): Intl.NumberFormat {
  return new Intl.NumberFormat(locale, { minimumFractionDigits: decimals ?? 0, maximumFractionDigits: decimals ?? 3 });
}

/** Returns the function with a memory: making a format costs more than formatting. */
function cached<Key, Value>(make: (key: Key) => Value): (key: Key) => Value {
  const made = new Map<Key, Value>();
  return (key) => {
    const value = made.get(key) ?? make(key);
    made.set(key, value);
    return value;
  };
}
