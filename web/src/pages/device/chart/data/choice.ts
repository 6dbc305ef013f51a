/** Which fields may be lines of the chart, and together. */

import type { FieldDefinition } from "@/api";
import { isNumber, isPreset, presetOf } from "@/components/readings/fields";

export const FIELDS_MAX = 6;
/** One axis on each side. */
export const UNITS_MAX = 2;
const FIELDS_AT_FIRST = 2;

/** Why a field cannot be changed: it is no number, there are enough fields or units, or it is the last one. */
export type Obstacle = "text" | "count" | "units" | "last";

/** Returns the fields of the chart before anything is chosen: numbers that have a preset, or else the first numbers that are none. */
export function fieldsAtFirst(fields: readonly FieldDefinition[]): string[] {
  const numbers = fields.filter((field) => isNumber(field) && !field.hidden && !isPreset(field.name));
  const compared = numbers.filter((field) => presetOf(field.name, fields) !== undefined);
  return (compared.length > 0 ? compared : numbers).slice(0, FIELDS_AT_FIRST).map(({ name }) => name);
}

/** Returns those of the names that can be shown together, in their order. */
export function possibleFields(names: readonly string[], fields: readonly FieldDefinition[]): string[] {
  return names.reduce<string[]>((chosen, name) => {
    const field = fields.find((each) => each.name === name);
    const isPossible = field !== undefined && !chosen.includes(name) && obstacle(field, chosen, fields) === undefined;
    return isPossible ? [...chosen, name] : chosen;
  }, []);
}

/** Returns why a field can be neither added nor removed; undefined if it can. */
export function obstacle(
  field: FieldDefinition,
  chosen: readonly string[],
  fields: readonly FieldDefinition[],
): Obstacle | undefined {
  if (chosen.includes(field.name)) return chosen.length === 1 ? "last" : undefined;
  if (!isNumber(field)) return "text";
  if (chosen.length >= FIELDS_MAX) return "count";
  const units = unitsOf(chosen, fields);
  return units.length >= UNITS_MAX && !units.includes(field.unit) ? "units" : undefined;
}

/** Returns the units of fields, in the order of the axes. */
export function unitsOf(chosen: readonly string[], fields: readonly FieldDefinition[]): string[] {
  return [...new Set(chosen.map((name) => fields.find((each) => each.name === name)?.unit ?? ""))];
}
