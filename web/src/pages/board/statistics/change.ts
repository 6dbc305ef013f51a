/** The values of a statistic as numbers, and their change against the day before that of the newest row. */

import type { BoardStatistics, StatisticField } from "@/api";

export type Values = BoardStatistics["values"];

/**
 * `share` is the change of a share of the total time, in percentage points; `difference` is in the unit of the field.
 * The total time itself cannot be compared before the day is over: `open`.
 */
export type Change = { readonly kind: "difference" | "share"; readonly value: number } | { readonly kind: "open" };

const TOTAL = "total_minutes";
const MINUTES = /_minutes$/;
const WHOLE_NUMBER_TEXTS: readonly StatisticField["type"][] = ["bigint", "bigint unsigned"];
const DAY_MILLISECONDS = 86_400_000;

/** Returns the value of a field as a number; null if it is none. Large whole numbers are texts of digits. */
export function numberOf({ name, type }: StatisticField, values: Values | undefined): number | null {
  const value = values?.[name];
  if (typeof value === "number") return value;
  return typeof value === "string" && WHOLE_NUMBER_TEXTS.includes(type) ? Number(value) : null;
}

/** Returns the days of the trend of a field. */
export function trendOf(field: StatisticField, { trend }: Pick<BoardStatistics, "trend">): (number | null)[] {
  return trend.map(({ values }) => numberOf(field, values));
}

/** Returns the values of the day before that of the newest row; undefined if the trend does not reach so far. */
export function dayBefore({
  ts,
  time_zone,
  trend,
}: Pick<BoardStatistics, "ts" | "time_zone" | "trend">): Values | undefined {
  const day = new Intl.DateTimeFormat("en-CA", { timeZone: time_zone }).format(new Date(ts));
  const before = new Date(Date.parse(day) - DAY_MILLISECONDS).toISOString().slice(0, 10);
  return trend.find((each) => each.day === before)?.values;
}

/** Returns whether the newest row covers another time than the day before, as that of today until midnight. */
export function isPartial(newest: Values, before: Values | undefined): boolean {
  const [now, then] = [newest[TOTAL], before?.[TOTAL]];
  return typeof now === "number" && typeof then === "number" && now !== then;
}

/**
 * Returns the change of a field against the day before; undefined if one of both has no value.
 * Minutes of days of different lengths are compared by their share of the total time.
 */
export function changeOf(field: StatisticField, newest: Values, before: Values | undefined): Change | undefined {
  const [now, then] = [numberOf(field, newest), numberOf(field, before)];
  if (now === null || then === null) return undefined;
  if (!MINUTES.test(field.name) || !isPartial(newest, before)) return { kind: "difference", value: now - then };
  if (field.name === TOTAL) return { kind: "open" };
  const value = 100 * (now / Number(newest[TOTAL]) - then / Number(before?.[TOTAL]));
  return Number.isFinite(value) ? { kind: "share", value } : undefined;
}
