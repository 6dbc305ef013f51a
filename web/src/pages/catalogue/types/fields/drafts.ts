/** The fields of a device type as a table edits them. Numbers are texts, so that nothing that was typed is lost. */

import type { ColumnType, FieldDefinition, FieldDefinitionCreate } from "@/api";

/** Drafts never change: an edit replaces one, so that only its row is rendered again. */
export interface FieldDraft {
  /** Identifies the row, whatever its name is. */
  readonly key: number;
  /** A stored field keeps its name: another name is another column. */
  readonly isStored: boolean;
  readonly name: string;
  readonly type: ColumnType;
  readonly zh: string;
  readonly en: string;
  readonly unit: string;
  readonly decimals: string;
  readonly minimum: string;
  readonly maximum: string;
  readonly max_length: string;
  readonly hidden: boolean;
}

export type DraftPatch = Partial<Omit<FieldDraft, "key" | "isStored">>;

export const COLUMN_TYPES = [
  "float",
  "double",
  "int",
  "bigint",
  "smallint",
  "tinyint",
  "int unsigned",
  "bigint unsigned",
  "smallint unsigned",
  "tinyint unsigned",
  "nchar",
  "varchar",
  "bool",
  "timestamp",
  "varbinary",
  "other",
] as const satisfies readonly ColumnType[];

/** A field as it is to be stored, with every property. */
export type Definition = Required<FieldDefinitionCreate>;

let lastKey = 0;

export const isNumber = (type: ColumnType): boolean => /int|float|double/.test(type);
export const isText = (type: ColumnType): boolean => type === "varchar" || type === "nchar";

export function draftOf(field: Definition | FieldDefinition, isStored: boolean): FieldDraft {
  return {
    key: ++lastKey,
    isStored,
    name: field.name,
    type: field.type,
    zh: field.labels.zh,
    en: field.labels.en,
    unit: field.unit,
    decimals: textOf(field.decimals),
    minimum: textOf(field.minimum),
    maximum: textOf(field.maximum),
    max_length: textOf(field.max_length),
    hidden: field.hidden,
  };
}

export function newDraft(): FieldDraft {
  const labels = { zh: "", en: "" };
  const limits = { decimals: 2, minimum: null, maximum: null, max_length: null };
  return draftOf({ name: "", type: "float", labels, unit: "", hidden: false, ...limits }, false);
}

export function definitionOf(draft: FieldDraft): Definition {
  return {
    name: draft.name.trim(),
    type: draft.type,
    labels: { zh: draft.zh.trim(), en: draft.en.trim() },
    unit: draft.unit.trim(),
    decimals: numberOrNull(draft.decimals),
    hidden: draft.hidden,
    minimum: numberOrNull(draft.minimum),
    maximum: numberOrNull(draft.maximum),
    max_length: numberOrNull(draft.max_length),
  };
}

/** Returns the draft with a change. As in an import, another type drops what does not fit it. */
export function edited(draft: FieldDraft, patch: DraftPatch): FieldDraft {
  const changed = { ...draft, ...patch };
  return {
    ...changed,
    ...(!isNumber(changed.type) && { decimals: "", minimum: "", maximum: "" }),
    ...(!isText(changed.type) && { max_length: "" }),
  };
}

/** Returns the drafts with one of them moved by some rows, at most to an end. */
export function moved(drafts: readonly FieldDraft[], key: number, by: number): readonly FieldDraft[] {
  const from = drafts.findIndex((draft) => draft.key === key);
  const to = Math.min(Math.max(from + by, 0), drafts.length - 1);
  if (from < 0 || from === to) return drafts;
  const found = [...drafts];
  found.splice(to, 0, ...found.splice(from, 1));
  return found;
}

export interface Changes {
  added: string[];
  removed: string[];
  changed: string[];
  isReordered: boolean;
}

/** Returns how the drafts differ from what is stored. */
export function changesOf(stored: readonly Definition[], now: readonly Definition[]): Changes {
  const before = new Map(stored.map((field) => [field.name, JSON.stringify(field)]));
  const after = new Set(now.map(({ name }) => name));
  const kept = stored.filter(({ name }) => after.has(name)).map(({ name }) => name);
  const known = now.filter(({ name }) => before.has(name));
  return {
    added: now.filter(({ name }) => !before.has(name)).map(({ name }) => name),
    removed: stored.filter(({ name }) => !after.has(name)).map(({ name }) => name),
    changed: known.filter((field) => before.get(field.name) !== JSON.stringify(field)).map(({ name }) => name),
    isReordered: known.some(({ name }, index) => name !== kept[index]),
  };
}

export function hasAny({ added, removed, changed, isReordered }: Changes): boolean {
  return isReordered || added.length + removed.length + changed.length > 0;
}

const textOf = (number: number | null): string => (number === null ? "" : String(number));
const numberOrNull = (text: string): number | null => (text.trim() === "" ? null : Number(text));
