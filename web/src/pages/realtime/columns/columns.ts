/** The columns of a device type: state and master data first, then its fields in their order, the age last. */

import type { DeviceType, FieldDefinition } from "@/api";

export type ColumnKind = "state" | "code" | "name" | "team" | "location" | "field" | "age";

export interface Column {
  /** Also the name to sort by in the URL. Fields have no dot in their names. */
  readonly key: string;
  readonly kind: ColumnKind;
  /** In the language of the page; empty for columns that the page itself names. */
  readonly label: string;
  readonly width: number;
  readonly numeric: boolean;
  /** Whether the column is hidden as long as this browser has chosen nothing else. */
  readonly hiddenAtFirst: boolean;
  readonly field?: FieldDefinition;
  /** The name of the field that holds the preset of this one. */
  readonly presetField?: string;
}

export const CODE_KEY = "device_code";
export const AGE_KEY = "ts";
/** Columns that always stay first, so that a row can be told while scrolling sideways. */
export const FIXED_KINDS: readonly ColumnKind[] = ["state", "code"];

const NUMBERS = /^(tinyint|smallint|int|bigint|float|double)/;
const WIDTHS: Record<ColumnKind, number> = {
  state: 96,
  code: 128,
  name: 112,
  team: 96,
  location: 176,
  field: 88,
  age: 96,
};
const BAR_WIDTH = 160;
const CHARACTER_WIDTH = 14;

export function columnsOf(type: DeviceType, fields: readonly FieldDefinition[], language: "zh" | "en"): Column[] {
  const hasTeam = fields.some((field) => field.name === "team_name");
  const others = fields.filter((field) => field.name !== type.state_field);
  return [
    fixed(type.state_field, "state"),
    fixed(CODE_KEY, "code"),
    fixed("device.device_name", "name"),
    fixed("device.team_name", "team", hasTeam),
    fixed("device.install_location", "location", true),
    ...others.map((field) => fieldColumn(field, fields, language)),
    fixed(AGE_KEY, "age"),
  ];
}

function fixed(key: string, kind: ColumnKind, hiddenAtFirst = false): Column {
  return { key, kind, label: "", width: WIDTHS[kind], numeric: kind === "age", hiddenAtFirst };
}

function fieldColumn(field: FieldDefinition, fields: readonly FieldDefinition[], language: "zh" | "en"): Column {
  const presetField = presetOf(field.name, fields);
  const label = field.labels[language];
  const hasBar = presetField !== undefined || (field.minimum !== null && field.maximum !== null);
  return {
    key: field.name,
    kind: "field",
    label,
    width: hasBar && isNumber(field) ? BAR_WIDTH : Math.max(WIDTHS.field, 34 + textWidth(label + field.unit)),
    numeric: isNumber(field),
    hiddenAtFirst: false,
    field,
    ...(presetField !== undefined && { presetField }),
  };
}

export function isNumber(field: FieldDefinition): boolean {
  return NUMBERS.test(field.type);
}

/** Returns the field with the preset of a field: preset_current for weld_current. */
export function presetOf(name: string, fields: readonly FieldDefinition[]): string | undefined {
  if (name.startsWith("preset_")) return undefined;
  const wanted = `preset_${name.replace(/^[^_]*_/, "")}`;
  return fields.find((field) => field.name === wanted)?.name;
}

function textWidth(text: string): number {
  // A Chinese character is about twice as wide as a Latin letter.
  return Array.from(text).reduce(
    (width, each) => width + (each > "\u2e80" ? CHARACTER_WIDTH : CHARACTER_WIDTH / 1.8),
    0,
  );
}
