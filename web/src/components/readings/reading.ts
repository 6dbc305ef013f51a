/** The newest reading of a device, and its state. */

import type { DeviceType, DynamicReading } from "@/api";
import { deviceMark, type Mark } from "@/components/states/marks";

/** The newest reading of a device. */
export type Reading = Omit<DynamicReading, "device">;

export function stateOf(type: DeviceType, reading: Reading): string | null {
  const state = reading.values[type.state_field];
  return typeof state === "string" ? state : null;
}

export function markOf(type: DeviceType, reading: Reading): Mark {
  return deviceMark(type, stateOf(type, reading), reading.freshness);
}
