/** What an import from the super table would change. */

import type { ColumnType, FieldImport } from "@/api";
import type { Definition } from "../fields/drafts";

const LIMITS = ["decimals", "minimum", "maximum", "max_length"] as const;
export type Limit = (typeof LIMITS)[number];

export interface TypeChange {
  name: string;
  from: ColumnType;
  to: ColumnType;
  /** The limits that do not suit the new type. */
  dropped: { limit: Limit; value: number }[];
}

export interface Differences {
  added: { name: string; type: ColumnType }[];
  changed: TypeChange[];
  missing: readonly string[];
  skipped: readonly string[];
}

export function differencesOf(stored: readonly Definition[], proposal: FieldImport): Differences {
  const before = new Map(stored.map((field) => [field.name, field]));
  const after = new Map(proposal.fields.map((field) => [field.name, field]));
  const { missing, skipped } = proposal;
  return {
    added: proposal.added.flatMap((name) => typeIn(after.get(name), name)),
    changed: proposal.changed.flatMap((name) => changeOf(before.get(name), after.get(name))),
    missing,
    skipped,
  };
}

/** Returns whether the import would change the fields. */
export function changesFields({ added, changed, missing }: Differences, dropsMissing: boolean): boolean {
  return added.length + changed.length > 0 || (dropsMissing && missing.length > 0);
}

function typeIn(field: { type: ColumnType } | undefined, name: string): { name: string; type: ColumnType }[] {
  return field ? [{ name, type: field.type }] : [];
}

type Limited = Record<Limit, number | null> & { name: string; type: ColumnType };

function changeOf(before: Limited | undefined, after: Limited | undefined): TypeChange[] {
  if (!before || !after) return [];
  const dropped = LIMITS.flatMap((limit) => {
    const value = before[limit];
    return value !== null && after[limit] === null ? [{ limit, value }] : [];
  });
  return [{ name: after.name, from: before.type, to: after.type, dropped }];
}
