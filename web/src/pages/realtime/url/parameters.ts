/** What the URL of the page holds, read with validation, so that a link or the back button shows the same devices again. */

import type { LocationQuery, LocationQueryRaw } from "vue-router";
import type { Freshness } from "@/api";

export const FRESHNESS = ["live", "late", "stale", "never"] as const satisfies readonly Freshness[];
export const VIEWS = ["table", "cards"] as const;
export type View = (typeof VIEWS)[number];

/** The column to order by: the name of a field, `device_code`, `ts`, or a member of the master data such as `device.device_name`. */
export interface Sort {
  readonly column: string;
  readonly descending: boolean;
}

/** What is chosen on the page. Lists that are empty and members that are missing choose nothing. */
export interface Choices {
  readonly type?: string;
  readonly search: string;
  readonly team?: string;
  readonly states: readonly string[];
  readonly freshness: readonly Freshness[];
  readonly sort?: Sort;
  readonly view?: View;
  /** The code of the device whose details are open. */
  readonly device?: string;
}

/** A parameter whose value is not one of the choices; the page ignores it and says so. */
export interface InvalidParameter {
  readonly name: string;
  readonly value: string;
  readonly choices: readonly string[];
}

const SORT = /^-?[A-Za-z_][A-Za-z0-9_.]{0,79}$/;

/** Returns what the query of a URL chooses, and which of its values are invalid. */
export function parseQuery(query: LocationQuery): { choices: Choices; invalid: InvalidParameter[] } {
  const texts = (name: string): string[] =>
    [query[name] ?? []].flat().filter((each): each is string => each !== null && each !== "");
  const [sort] = texts("sort");
  const [view] = texts("view");
  const isSort = sort !== undefined && SORT.test(sort);
  const choices: Choices = {
    ...single("type", texts("type")),
    ...single("team", texts("team")),
    ...single("device", texts("device")),
    search: texts("search")[0] ?? "",
    states: texts("state"),
    freshness: FRESHNESS.filter((each) => texts("freshness").includes(each)),
    ...(isSort && { sort: parseSort(sort) }),
    ...(isOneOf(VIEWS, view) && { view }),
  };
  const invalid = [
    ...texts("freshness").flatMap((value) => unless(isOneOf(FRESHNESS, value), "freshness", value, FRESHNESS)),
    ...(view === undefined ? [] : unless(isOneOf(VIEWS, view), "view", view, VIEWS)),
    ...(sort === undefined ? [] : unless(isSort, "sort", sort, ["device_code", "-ts"])),
  ];
  return { choices, invalid };
}

/** Returns the query that holds the choices; what is not chosen is left out. */
export function toQuery({ type, search, team, states, freshness, sort, view, device }: Choices): LocationQueryRaw {
  const all = {
    type,
    search: search === "" ? undefined : search,
    team,
    state: [...states],
    freshness: [...freshness],
    sort: sort && `${sort.descending ? "-" : ""}${sort.column}`,
    view,
    device,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined && value.length > 0));
}

function parseSort(text: string): Sort {
  return { column: text.replace(/^-/, ""), descending: text.startsWith("-") };
}

function single<Name extends string>(name: Name, [value]: string[]): Partial<Record<Name, string>> {
  return value === undefined ? {} : ({ [name]: value } as Record<Name, string>);
}

function isOneOf<Value extends string>(values: readonly Value[], value: string | undefined): value is Value {
  return values.includes(value as Value);
}

function unless(isValid: boolean, name: string, value: string, choices: readonly string[]): InvalidParameter[] {
  return isValid ? [] : [{ name, value, choices }];
}
