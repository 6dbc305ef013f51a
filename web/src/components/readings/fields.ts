/** What the type and the name of a field say about its values. */

import type { FieldDefinition } from "@/api";

const NUMBERS = /^(tinyint|smallint|int|bigint|float|double)/;
const PRESET = "preset_";

export function isNumber(field: Pick<FieldDefinition, "type">): boolean {
  return NUMBERS.test(field.type);
}

export function isPreset(name: string): boolean {
  return name.startsWith(PRESET);
}

/** Returns the field with the preset of a field: preset_current for weld_current. */
export function presetOf(name: string, fields: readonly FieldDefinition[]): string | undefined {
  if (isPreset(name)) return undefined;
  const wanted = PRESET + name.replace(/^[^_]*_/, "");
  return fields.find((field) => field.name === wanted)?.name;
}
