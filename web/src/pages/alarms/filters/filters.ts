/** The filters of the alarms: in the URL, in requests, and for alarms that arrive over the connection. */

import type { LocationQuery, LocationQueryRaw } from "vue-router";
import type { Alarm, DeviceType, ListAlarmsData } from "@/api";
import { allOf, firstOf } from "@/app/urlText";
import { typeNamed } from "@/components/types/typeNamed";

export type AlarmQuery = NonNullable<ListAlarmsData["query"]>;

/** What is missing does not filter. */
export interface AlarmFilters {
  /** Code or alias of a device type. */
  readonly type?: string;
  readonly team?: string;
  readonly states?: readonly string[];
  readonly acknowledged?: boolean;
  /** Code of a device. */
  readonly device?: string;
}

/** Returns the filters of a URL. A value that is none of the choices is ignored. */
export function filtersOf(query: LocationQuery): AlarmFilters {
  return withoutEmpty({
    type: firstOf(query.type),
    team: firstOf(query.team),
    states: allOf(query.state),
    acknowledged: { true: true, false: false }[firstOf(query.acknowledged) ?? ""],
    device: firstOf(query.device)?.trim(),
  });
}

/** Returns the part of a URL that holds filters. */
export function filtersToUrl({ states, acknowledged, ...texts }: AlarmFilters): LocationQueryRaw {
  return {
    ...withoutEmpty(texts),
    ...(states?.length && { state: [...states] }),
    ...(acknowledged !== undefined && { acknowledged: String(acknowledged) }),
  };
}

/** Returns the request for filters. */
export function toRequest({ type, team, states, acknowledged, device }: AlarmFilters): AlarmQuery {
  return {
    ...(type !== undefined && { type_code: type }),
    ...(team !== undefined && { team_name: team }),
    ...(states?.length && { state: [...states] }),
    ...(acknowledged !== undefined && { acknowledged }),
    ...(device !== undefined && { device_code: [device] }),
  };
}

/** Returns whether an alarm is one of those that the API would return for the filters; the types are those with alarm states. */
export function matches(alarm: Alarm, filters: AlarmFilters, types: readonly DeviceType[]): boolean {
  const { type, team, states, acknowledged, device } = filters;
  return (
    (type === undefined || alarm.type_code === typeNamed(type, types)?.type_code) &&
    (team === undefined || alarm.team_name === team) &&
    (!states?.length || states.includes(alarm.state)) &&
    (acknowledged === undefined || acknowledged === (alarm.acknowledgement !== null)) &&
    (device === undefined || alarm.device_code === device)
  );
}

/** Returns the filters that filter. */
export function withoutEmpty<Filters extends object>(filters: Filters): Filters {
  const isGiven = (value: unknown): boolean =>
    value !== undefined && value !== "" && !(Array.isArray(value) && value.length === 0);
  return Object.fromEntries(Object.entries(filters).filter(([, value]) => isGiven(value))) as Filters;
}
