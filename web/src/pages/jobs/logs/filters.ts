/** The filters of the log list: in the URL, in the form and in the request. */

import type { LocationQuery, LocationQueryRaw } from "vue-router";
import type { ErrorCategory, ExecutionPhase, LogStatus, LogType } from "@/api";
import type { LogQuery } from "../queries";

export const LOG_TYPES = [
  "execution_start",
  "retry_attempt",
  "success",
  "failure",
  "timeout",
  "exception",
  "strategy_change",
] as const satisfies readonly LogType[];
export const PHASES = ["initial", "retry", "final"] as const satisfies readonly ExecutionPhase[];
export const STATUSES = [
  "running",
  "success",
  "failed",
  "timeout",
  "cancelled",
  "skipped",
  "refused",
  "abandoned",
  "unknown",
] as const satisfies readonly LogStatus[];
export const CATEGORIES = [
  "network_error",
  "timeout",
  "unavailable",
  "auth_error",
  "data_error",
  "conflict",
  "resource_exhausted",
  "unknown",
] as const satisfies readonly ErrorCategory[];

/** The server searches at most 31 days; a day less, because its clock is another one. */
const TEXT_SEARCH_MILLISECONDS = 30 * 86_400_000;

export interface LogFilters {
  job?: string;
  log_type?: LogType;
  execution_phase?: ExecutionPhase;
  status?: LogStatus;
  error_category?: ErrorCategory;
  /** RFC 3339. */
  from?: string;
  to?: string;
  text?: string;
  /** All rows of each run instead of one row per run. */
  all?: true;
}

/** Returns the filters of a URL. A value that is none of the choices is ignored. */
export function filtersOf(query: LocationQuery): LogFilters {
  const filters: LogFilters = {
    job: text(query.job),
    log_type: choice(query.log_type, LOG_TYPES),
    execution_phase: choice(query.execution_phase, PHASES),
    status: choice(query.status, STATUSES),
    error_category: choice(query.error_category, CATEGORIES),
    from: moment(query.from),
    to: moment(query.to),
    text: text(query.text),
    all: text(query.all) === "true" || undefined,
  };
  return withoutEmpty(filters);
}

/** Returns the URL of filters. */
export function toUrl(filters: LogFilters): LocationQueryRaw {
  return Object.fromEntries(Object.entries(withoutEmpty(filters)).map(([name, value]) => [name, String(value)]));
}

/** Returns the request for filters. A text is searched in the last days if no start is given; without a job it is not searched. */
export function toRequest({ all, text: wanted, ...filters }: LogFilters, now: number): LogQuery {
  const roots = all ? { roots_only: false } : {};
  if (wanted === undefined || filters.job === undefined) return { ...filters, ...roots };
  return { from: searchedFrom(filters.to, now), ...filters, ...roots, text: wanted };
}

/** Returns where the search of a text starts. In whole minutes, so that the request stays the same while the page is redrawn. */
function searchedFrom(to: string | undefined, now: number): string {
  const end = to === undefined ? Math.floor(now / 60_000) * 60_000 : Date.parse(to);
  return new Date(end - TEXT_SEARCH_MILLISECONDS).toISOString();
}

/** Whether the list has one row per run. */
export function isByRun(filters: LogFilters): boolean {
  return !filters.all && filters.log_type === undefined && filters.execution_phase === undefined;
}

type QueryValue = LocationQuery[string] | undefined;

function text(value: QueryValue): string | undefined {
  const first = Array.isArray(value) ? value[0] : value;
  return first?.trim() === "" ? undefined : (first?.trim() ?? undefined);
}

function choice<Choice extends string>(value: QueryValue, choices: readonly Choice[]): Choice | undefined {
  return choices.find((each) => each === text(value));
}

function moment(value: QueryValue): string | undefined {
  const given = text(value);
  return given === undefined || Number.isNaN(Date.parse(given)) ? undefined : new Date(given).toISOString();
}

function withoutEmpty(filters: LogFilters): LogFilters {
  return Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== undefined && value !== ""));
}
