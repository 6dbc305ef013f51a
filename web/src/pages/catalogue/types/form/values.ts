/** The properties of a device type as a form edits them. Numbers are texts, so that nothing that was typed is lost. */

import type { DeviceType, DeviceTypeChange, DeviceTypeCreate } from "@/api";
import { isEqual } from "../conflict/merge";

/** A state, and whether it counts as offline or as an alarm. */
export interface StateValue {
  state: string;
  isOffline: boolean;
  isAlarm: boolean;
}

export interface TypeValues {
  zh: string;
  en: string;
  /** One per line. */
  aliases: string;
  super_table: string;
  state_field: string;
  states: StateValue[];
  late_after_seconds: string;
  stale_after_seconds: string;
  position: string;
}

export type ValueName = keyof TypeValues;

/** The inputs in the order of the form. */
export const VALUE_NAMES: readonly ValueName[] = [
  "zh",
  "en",
  "aliases",
  "super_table",
  "state_field",
  "states",
  "late_after_seconds",
  "stale_after_seconds",
  "position",
];

/** The defaults of the contract. */
export const NEW_TYPE: TypeValues = {
  zh: "",
  en: "",
  aliases: "",
  super_table: "",
  state_field: "device_status",
  states: [],
  late_after_seconds: "15",
  stale_after_seconds: "60",
  position: "0",
};

export function valuesOf(type: DeviceType): TypeValues {
  return {
    zh: type.labels.zh,
    en: type.labels.en,
    aliases: type.aliases.join("\n"),
    super_table: type.super_table,
    state_field: type.state_field,
    states: type.states.map((state) => ({
      state,
      isOffline: type.offline_states.includes(state),
      isAlarm: type.alarm_states.includes(state),
    })),
    late_after_seconds: String(type.late_after_seconds),
    stale_after_seconds: String(type.stale_after_seconds),
    position: String(type.position),
  };
}

export function bodyOf(values: TypeValues): Omit<DeviceTypeCreate, "type_code"> {
  const statesThat = (isMeant: (each: StateValue) => boolean): string[] =>
    values.states.filter(isMeant).map(({ state }) => state.trim());
  return {
    labels: { zh: values.zh.trim(), en: values.en.trim() },
    aliases: linesOf(values.aliases),
    super_table: values.super_table.trim(),
    state_field: values.state_field.trim(),
    states: statesThat(() => true),
    offline_states: statesThat((each) => each.isOffline),
    alarm_states: statesThat((each) => each.isAlarm),
    late_after_seconds: Number(values.late_after_seconds),
    stale_after_seconds: Number(values.stale_after_seconds),
    position: Number(values.position),
  };
}

/** Returns the lines of a text that are not empty. */
export function linesOf(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
}

/** Returns what the form has changed; undefined if nothing. */
export function changesOf(before: TypeValues, after: TypeValues): DeviceTypeChange | undefined {
  const [earlier, later] = [bodyOf(before), bodyOf(after)];
  const names = Object.keys(later) as (keyof typeof later)[];
  const changed = names.filter((name) => !isEqual(earlier[name], later[name]));
  return changed.length === 0 ? undefined : Object.fromEntries(changed.map((name) => [name, later[name]]));
}

/** The input that shows the errors of a property of the API. */
const INPUTS: Record<string, ValueName | "type_code"> = {
  type_code: "type_code",
  "labels/zh": "zh",
  "labels/en": "en",
  aliases: "aliases",
  super_table: "super_table",
  state_field: "state_field",
  states: "states",
  offline_states: "states",
  alarm_states: "states",
  late_after_seconds: "late_after_seconds",
  stale_after_seconds: "stale_after_seconds",
  position: "position",
};

/** Returns the input of a JSON pointer into the body, for example `aliases` of `aliases/0`. */
export function inputOf(pointer: string): string | undefined {
  return INPUTS[pointer] ?? INPUTS[pointer.replace(/\/.*$/, "")];
}

export function toMap(values: TypeValues): Map<string, unknown> {
  return new Map(VALUE_NAMES.map((name) => [name, values[name]]));
}

export function fromMap(values: ReadonlyMap<string, unknown>): TypeValues {
  return Object.fromEntries(values) as unknown as TypeValues;
}
