/** The columns of a device type: state and master data first, then its fields in their order, the age last. */

import type { DeviceType, FieldDefinition } from "@/api";
import { isNumber, presetOf } from "@/components/readings/fields";
import type { TableColumn } from "@/components/table/columns";

export type ColumnKind = "state" | "code" | "name" | "team" | "location" | "field" | "age";

export interface Column extends TableColumn {
  readonly kind: ColumnKind;
  /** Whether the column is hidden as long as this browser has chosen nothing else. */
  readonly hiddenAtFirst: boolean;
  readonly field?: FieldDefinition;
  /** The name of the field that holds the preset of this one. */
  readonly presetField?: string;
}

/** The titles of columns that are not fields; the labels of fields are data. */
export type FixedTitles = (kind: Exclude<ColumnKind, "field">) => string;

export const CODE_KEY = "device_code";
export const AGE_KEY = "ts";
/** Columns that always stay first, so that a row can be identified while scrolling sideways. */
const FIXED_KINDS: readonly ColumnKind[] = ["state", "code"];

/** Texts, and 64-bit integers with up to twenty digits. */
const TEXTS = /char|bigint|timestamp/;
const WIDTHS: Record<ColumnKind, number> = {
  state: 96,
  code: 128,
  name: 112,
  team: 96,
  location: 176,
  field: 88,
  age: 144,
};
const TEXT_WIDTH = 112;
const BAR_WIDTH = 160;
const WIDE_CHARACTER = 14;
const NARROW_CHARACTER = 8;
/** Of a title at both sides, with the place of the arrow that shows the order. */
const PADDING = 40;

/** Returns whether a column always stays first, and is always shown. */
export function isFixed({ kind }: Pick<Column, "kind">): boolean {
  return FIXED_KINDS.includes(kind);
}

export function columnsOf(
  type: DeviceType,
  fields: readonly FieldDefinition[],
  language: "zh" | "en",
  title: FixedTitles,
): Column[] {
  const hasTeam = fields.some((field) => field.name === "team_name");
  const others = fields.filter((field) => field.name !== type.state_field);
  const fixed = (key: string, kind: Exclude<ColumnKind, "field">, hiddenAtFirst = false): Column => {
    const width = Math.max(WIDTHS[kind], PADDING + textWidth(title(kind)));
    return { key, kind, label: title(kind), width, hiddenAtFirst, fixed: isFixed({ kind }) };
  };
  return [
    fixed(type.state_field, "state"),
    fixed(CODE_KEY, "code"),
    fixed("device.device_name", "name"),
    fixed("device.team_name", "team", hasTeam),
    fixed("device.install_location", "location", true),
    ...others.map((field) => fieldColumn(field, fields, language)),
    { ...fixed(AGE_KEY, "age"), align: "end", quiet: true },
  ];
}

/** Returns the fields that a file of the history may have: the state is one of them. */
export function exportFieldsOf(columns: readonly Column[]): { name: string; label: string }[] {
  return columns
    .filter(({ kind }) => kind === "state" || kind === "field")
    .map(({ key, label }) => ({ name: key, label }));
}

function fieldColumn(field: FieldDefinition, fields: readonly FieldDefinition[], language: "zh" | "en"): Column {
  const presetField = presetOf(field.name, fields);
  const label = field.labels[language];
  return {
    key: field.name,
    kind: "field",
    label,
    unit: field.unit,
    width: Math.max(fieldWidth(field, presetField !== undefined), PADDING + textWidth(label + field.unit)),
    hiddenAtFirst: false,
    field,
    ...(isNumber(field) && { align: "end" }),
    ...(presetField !== undefined && { presetField }),
  };
}

function fieldWidth(field: FieldDefinition, hasPreset: boolean): number {
  if (TEXTS.test(field.type)) return TEXT_WIDTH;
  const hasBar = hasPreset || (field.minimum !== null && field.maximum !== null);
  return hasBar && isNumber(field) ? BAR_WIDTH : WIDTHS.field;
}

function textWidth(text: string): number {
  // A Chinese character is about twice as wide as a Latin letter.
  return Array.from(text).reduce((width, each) => width + (each > "\u2e80" ? WIDE_CHARACTER : NARROW_CHARACTER), 0);
}
