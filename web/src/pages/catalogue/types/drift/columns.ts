/** The differences between fields and columns, by kind. */

import type { TypeDrift } from "@/api";

export const KINDS = ["missing", "changed", "tooShort", "surplus", "invalid"] as const;
export type Kind = (typeof KINDS)[number];

/** One difference: a name, and values for the message of its kind. */
export interface Difference {
  name: string;
  values: Record<string, string | number>;
}

const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;

/** Returns the differences by kind. A column whose name is no identifier cannot become a field. */
export function columnDifferences(drift: TypeDrift): Record<Kind, Difference[]> {
  const columns = drift.surplus.map(({ name, type, length }) => ({
    name,
    values: { type: length === null ? type : `${type}(${length})` },
  }));
  return {
    missing: drift.missing.map((name) => ({ name, values: {} })),
    changed: drift.changed.map(({ name, field_type, column_type }) => ({ name, values: { field_type, column_type } })),
    tooShort: drift.too_short.map(({ name, max_length, column_length }) => ({
      name,
      values: { max_length, column_length },
    })),
    surplus: columns.filter(({ name }) => NAME.test(name)),
    invalid: columns.filter(({ name }) => !NAME.test(name)),
  };
}
