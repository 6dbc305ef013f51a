/** Whether a search finds a reading, and what it is ordered by. */

import type { DeviceInfo } from "@/api";
import type { Reading } from "@/components/readings/reading";
import { AGE_KEY, CODE_KEY } from "../columns/columns";

export type Devices = ReadonlyMap<string, DeviceInfo>;
type Value = string | number | boolean | null;

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

/** Returns what the devices are ordered by; null puts a device last, as one that has never sent a reading. */
export function sortValue(reading: Reading, devices: Devices, column: string): string | number | null {
  if (reading.ts === null) return null;
  if (column === CODE_KEY) return reading.device_code;
  // The column shows the age, so the newest reading comes first in ascending order.
  if (column === AGE_KEY) return -Date.parse(reading.ts);
  const value = valueOf(reading, devices.get(reading.device_code), column) ?? null;
  return typeof value === "boolean" ? Number(value) : value;
}

function valueOf(reading: Reading, device: DeviceInfo | undefined, column: string): Value | undefined {
  if (column === "device.device_name") return device?.device_name;
  if (column === "device.team_name") return device?.team_name;
  if (column === "device.install_location") return device?.install_location;
  return reading.values[column];
}
