/** The filters, the order and the page of the list of devices, as the URL holds them. */

import type { LocationQuery, LocationQueryRaw } from "vue-router";
import type { DevicesQuery } from "../queries";

export const COLUMNS = [
  "device_code",
  "device_name",
  "device_type",
  "device_model",
  "team_name",
  "install_location",
  "manufacturer",
  "production_date",
  "install_date",
  "online_address",
  "is_locked",
  "updated_at",
] as const;
export type Column = (typeof COLUMNS)[number];
export type Sort = NonNullable<DevicesQuery["sort"]>;

export const PAGE_SIZES = [25, 50, 100, 500] as const;
const PAGE_SIZE = 50;
const SORT: Sort = "device_code";

export interface DeviceFilters {
  type_code?: string | undefined;
  team_name?: string | undefined;
  keyword?: string | undefined;
  locked?: boolean | undefined;
}

export interface ListState extends DeviceFilters {
  sort: Sort;
  page: number;
  page_size: number;
}

/** Returns what a URL asks for. A value that is none of the choices is ignored. */
export function stateOf(query: LocationQuery): ListState {
  return {
    ...withoutEmpty({
      type_code: text(query.type_code),
      team_name: text(query.team_name),
      keyword: text(query.keyword),
      locked: boolean(query.locked),
    }),
    sort: sortOf(text(query.sort)),
    page: positive(query.page) ?? 1,
    page_size: PAGE_SIZES.find((size) => size === positive(query.page_size)) ?? PAGE_SIZE,
  };
}

/** Returns the URL of a state; what is the default is left out. */
export function toUrl({ sort, page, page_size, ...filters }: ListState): LocationQueryRaw {
  const shown = {
    ...filters,
    sort: sort === SORT ? undefined : sort,
    page: page === 1 ? undefined : page,
    page_size: page_size === PAGE_SIZE ? undefined : page_size,
  };
  return Object.fromEntries(Object.entries(withoutEmpty(shown)).map(([name, value]) => [name, String(value)]));
}

export function filtersOf({ type_code, team_name, keyword, locked }: ListState): DeviceFilters {
  return withoutEmpty({ type_code, team_name, keyword, locked });
}

/** Returns the order after the header of a column was chosen: ascending, then descending. */
export function nextSort(sort: Sort, column: Column): Sort {
  return sort === column ? `-${column}` : column;
}

function sortOf(given: string | undefined): Sort {
  const column = COLUMNS.find((each) => each === given?.replace(/^-/, ""));
  if (column === undefined) return SORT;
  return given?.startsWith("-") ? `-${column}` : column;
}

type QueryValue = LocationQuery[string] | undefined;

function text(value: QueryValue): string | undefined {
  const first = (Array.isArray(value) ? value[0] : value) ?? "";
  return first.trim() === "" ? undefined : first;
}

function boolean(value: QueryValue): boolean | undefined {
  const given = text(value);
  return given === "true" || given === "false" ? given === "true" : undefined;
}

function positive(value: QueryValue): number | undefined {
  const given = text(value);
  return given !== undefined && /^[1-9]\d{0,7}$/.test(given) ? Number(given) : undefined;
}

function withoutEmpty<Values extends object>(values: Values): Values {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined && value !== ""),
  ) as Values;
}
