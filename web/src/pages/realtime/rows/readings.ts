/** The rows of the page: which of them are shown, in which order, and how many devices are in which state. */

import type { DeviceInfo, DeviceType, DynamicReading } from "@/api";
import { deviceMark, type Mark } from "@/components/states/marks";
import { AGE_KEY, CODE_KEY } from "../columns/columns";
import type { Sort } from "../url/parameters";

/** The newest reading of a device. */
export type Reading = Omit<DynamicReading, "device">;
export type Devices = ReadonlyMap<string, DeviceInfo>;
type Value = string | number | boolean | null;

export function stateOf(type: DeviceType, reading: Reading): string | null {
  const state = reading.values[type.state_field];
  return typeof state === "string" ? state : null;
}

export function markOf(type: DeviceType, reading: Reading): Mark {
  return deviceMark(type, stateOf(type, reading), reading.freshness);
}

/** Returns whether code, name, team, location or any text of the reading contains the words, ignoring case. */
export function matches(reading: Reading, device: DeviceInfo | undefined, search: string): boolean {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return true;
  const master = [device?.device_name, device?.team_name, device?.install_location];
  const texts = [reading.device_code, ...master, ...Object.values(reading.values)].filter(
    (each): each is string => typeof each === "string",
  );
  const haystack = texts.join("\n").toLowerCase();
  return words.every((word) => haystack.includes(word));
}

/** Returns the readings in order. Devices without a value come last, those never heard of after them; equal ones by code. */
export function sorted(readings: readonly Reading[], devices: Devices, sort: Sort | undefined): Reading[] {
  const { column, descending } = sort ?? { column: CODE_KEY, descending: false };
  const sign = descending ? -1 : 1;
  const keyed = readings.map((reading) => ({ reading, key: sortKey(reading, devices, column) }));
  keyed.sort(
    (one, other) =>
      Number(one.reading.ts === null) - Number(other.reading.ts === null) ||
      Number(one.key === null) - Number(other.key === null) ||
      sign * compare(one.key, other.key) ||
      compare(one.reading.device_code, other.reading.device_code),
  );
  return keyed.map(({ reading }) => reading);
}

function sortKey(reading: Reading, devices: Devices, column: string): string | number | null {
  if (column === CODE_KEY) return reading.device_code;
  // The column shows the age, so the newest reading comes first in ascending order.
  if (column === AGE_KEY) return reading.ts === null ? null : -Date.parse(reading.ts);
  const value = valueOf(reading, devices, column) ?? null;
  return typeof value === "boolean" ? Number(value) : value;
}

function valueOf(reading: Reading, devices: Devices, column: string): Value | undefined {
  const device = devices.get(reading.device_code);
  if (column === "device.device_name") return device?.device_name;
  if (column === "device.team_name") return device?.team_name;
  if (column === "device.install_location") return device?.install_location;
  const value = reading.values[column];
  // 64-bit integers are texts of digits; as numbers they are exact enough for an order.
  return typeof value === "string" && /^-?\d+$/.test(value) ? Number(value) : value;
}

function compare(one: string | number | null, other: string | number | null): number {
  if (one === other || one === null || other === null) return 0;
  if (typeof one === typeof other) return one < other ? -1 : 1;
  return typeof one === "number" ? -1 : 1;
}
