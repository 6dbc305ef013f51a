/** Brings the rows of the table and the fields that another person has stored meanwhile together. */

import { type Definition, definitionOf, draftOf, type FieldDraft } from "./drafts";

export function byName(fields: readonly Definition[]): Map<string, Definition> {
  return new Map(fields.map((field) => [field.name, field]));
}

/**
 * Returns the rows for merged fields: in the order of the rows as they are, with what only the others have at the place that it
 * has there.
 */
export function mergedDrafts(
  drafts: readonly FieldDraft[],
  merged: ReadonlyMap<string, Definition>,
  theirs: readonly Definition[],
): FieldDraft[] {
  const stored = new Set(theirs.map(({ name }) => name));
  const rows = drafts.flatMap((draft) => {
    const field = merged.get(definitionOf(draft).name);
    return field ? [{ ...draftOf(field, stored.has(field.name)), key: draft.key }] : [];
  });
  const known = new Set(rows.map(({ name }) => name));
  theirs.forEach((field, index) => {
    const found = merged.get(field.name);
    if (found && !known.has(field.name)) rows.splice(Math.min(index, rows.length), 0, draftOf(found, true));
  });
  return rows;
}

/** Returns the rows with one field as decided: another definition, or no longer there. */
export function withField(drafts: readonly FieldDraft[], name: string, field: Definition | undefined): FieldDraft[] {
  const others = drafts.filter((draft) => draft.name !== name);
  if (!field) return others;
  const index = drafts.findIndex((draft) => draft.name === name);
  if (index < 0) return [...drafts, draftOf(field, true)];
  return drafts.map((draft, at) => (at === index ? { ...draftOf(field, draft.isStored), key: draft.key } : draft));
}
