/** The master data of a device as a form edits it. */

import type { DeviceChange, DeviceCreate, DeviceInfo } from "@/api";

/** The longest text of each input, in characters, as in the contract. */
export const LENGTHS = {
  device_code: 50,
  device_name: 100,
  device_model: 50,
  manufacturer: 100,
  install_location: 255,
  online_address: 255,
  team_name: 100,
  description: 4096,
} as const;
export const TEXTS = ["device_model", "manufacturer", "team_name", "install_location", "online_address"] as const;
export const DATES = ["production_date", "install_date"] as const;
export const REQUIRED = ["device_code", "device_name", "device_type"] as const;
const FIELDS = ["device_name", "device_type", ...TEXTS, ...DATES, "description", "is_locked"] as const;

export type Field = (typeof FIELDS)[number];
export type DeviceValues = Record<Exclude<Field, "is_locked"> | "device_code", string> & { is_locked: boolean };

/** The names by which the server reports errors. */
export const FIELD_NAMES: ReadonlySet<string> = new Set(["device_code", ...FIELDS]);

export const BLANK: DeviceValues = {
  device_code: "",
  device_name: "",
  device_type: "",
  device_model: "",
  manufacturer: "",
  team_name: "",
  install_location: "",
  online_address: "",
  production_date: "",
  install_date: "",
  description: "",
  is_locked: false,
};

export function valuesOf(device: DeviceInfo): DeviceValues {
  const given = Object.keys(BLANK).map((name) => [name, device[name as keyof DeviceValues] ?? ""] as const);
  return Object.fromEntries(given) as DeviceValues;
}

/** Returns the device to register; empty inputs are left out. */
export function creationOf(values: DeviceValues): DeviceCreate {
  const filled = Object.entries(values).filter(([, value]) => value !== "");
  return Object.fromEntries(filled) as unknown as DeviceCreate;
}

/** Returns what the form has changed; undefined if nothing. An emptied input removes the value. */
export function changesOf(before: DeviceValues, after: DeviceValues): DeviceChange | undefined {
  const changed = changedFields(before, after);
  if (changed.length === 0) return undefined;
  return Object.fromEntries(changed.map((name) => [name, after[name] === "" ? null : after[name]]));
}

export function changedFields(before: DeviceValues, after: DeviceValues): Field[] {
  return FIELDS.filter((name) => before[name] !== after[name]);
}

/** Returns whether anything differs, also the code of a new device. */
export function isDifferent(before: DeviceValues, after: DeviceValues): boolean {
  return before.device_code !== after.device_code || changedFields(before, after).length > 0;
}

/** Returns the newer values with what the form has changed. */
export function merged(before: DeviceValues, entered: DeviceValues, newer: DeviceValues): DeviceValues {
  const own = changedFields(before, entered).map((name) => [name, entered[name]]);
  return { ...newer, ...Object.fromEntries(own) } as DeviceValues;
}

/** Returns the required inputs that are empty. */
export function missing(values: DeviceValues): (typeof REQUIRED)[number][] {
  return REQUIRED.filter((name) => values[name].trim() === "");
}
