/** How this browser shows the columns of a device type: their order, which are hidden, and their widths. */

import { limitedWidth } from "@/components/table/columns";
import { type Column, isFixed } from "./columns";

export interface ColumnPreferences {
  /** Keys of columns in the chosen order; columns that are not listed keep their place after the one before them. */
  readonly order: readonly string[];
  readonly hidden: readonly string[];
  /** Keys of columns that are shown although they are hidden at first. */
  readonly shown: readonly string[];
  readonly widths: Readonly<Record<string, number>>;
}

export const NO_PREFERENCES: ColumnPreferences = { order: [], hidden: [], shown: [], widths: {} };
const KEYS_MAX = 600;

/** Returns the preferences that a text of the browser's storage holds; what does not fit is ignored. */
export function parsePreferences(text: string | null): ColumnPreferences {
  const value = parsed(text);
  return {
    order: keys(value.order),
    hidden: keys(value.hidden),
    shown: keys(value.shown),
    widths: Object.fromEntries(
      Object.entries(isObject(value.widths) ? value.widths : {})
        .filter((entry): entry is [string, number] => typeof entry[1] === "number" && Number.isFinite(entry[1]))
        .slice(0, KEYS_MAX)
        .map(([key, width]) => [key, limitedWidth(width)]),
    ),
  };
}

/** Returns all columns in the order of the preferences, with their widths. Fixed columns stay first. */
export function arranged(columns: readonly Column[], preferences: ColumnPreferences): Column[] {
  const sized = columns.map((column) => ({ ...column, width: preferences.widths[column.key] ?? column.width }));
  const fixed = sized.filter(isFixed);
  const others = sized.filter((column) => !isFixed(column));
  const listed = preferences.order.flatMap((key) => others.filter((column) => column.key === key));
  const result = [...listed];
  others.forEach((column, index) => {
    if (result.includes(column)) return;
    const before = others[index - 1];
    result.splice(before === undefined ? 0 : result.indexOf(before) + 1, 0, column);
  });
  return [...fixed, ...result];
}

export function isHidden(column: Column, { hidden, shown }: ColumnPreferences): boolean {
  if (isFixed(column)) return false;
  return hidden.includes(column.key) || (column.hiddenAtFirst && !shown.includes(column.key));
}

/** Returns the preferences with a column hidden or shown. */
export function withHidden(preferences: ColumnPreferences, key: string, isHidden: boolean): ColumnPreferences {
  const without = (list: readonly string[]): string[] => list.filter((each) => each !== key);
  return {
    ...preferences,
    hidden: isHidden ? [...without(preferences.hidden), key] : without(preferences.hidden),
    shown: isHidden ? without(preferences.shown) : [...without(preferences.shown), key],
  };
}

/** Returns the order with a column moved by some places, or before another column. */
export function moved(order: readonly string[], key: string, to: number): string[] {
  const others = order.filter((each) => each !== key);
  const place = Math.min(others.length, Math.max(0, to));
  return [...others.slice(0, place), key, ...others.slice(place)];
}

function parsed(text: string | null): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text ?? "{}");
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function keys(value: unknown): string[] {
  const texts = Array.isArray(value) ? value.filter((each): each is string => typeof each === "string") : [];
  return [...new Set(texts)].slice(0, KEYS_MAX);
}
