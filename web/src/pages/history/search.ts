/** A search for a value: in the URL and in requests. */

import type { LocationQuery, LocationQueryRaw } from "vue-router";
import type { ColumnType, FieldDefinition } from "@/api";
import { allOf, firstOf } from "@/app/urlText";
import { type RangeChoice, rangeOf, rangeToUrl } from "@/components/time/ranges";

export interface ValueSearch {
  /** Code or alias of the device type. */
  readonly type: string;
  readonly field: string;
  readonly value: string;
  readonly range: RangeChoice;
  /** Codes of devices; empty for all of the type. */
  readonly devices: readonly string[];
}

/** A search of which a part may be missing. */
export type PartialSearch = Partial<ValueSearch> & Pick<ValueSearch, "range" | "devices">;

/** What is most often looked for, if the type has it: workpieces and welders. */
const FIRST_FIELDS = ["workpiece_id", "staff_id"];
/** Floating-point numbers cannot be compared exactly. */
const SEARCHABLE = new Set<ColumnType>([
  "nchar",
  "varchar",
  "varbinary",
  "bool",
  "timestamp",
  "tinyint",
  "smallint",
  "int",
  "bigint",
  "tinyint unsigned",
  "smallint unsigned",
  "int unsigned",
  "bigint unsigned",
]);

/** Returns the search of a URL; what is missing is undefined, so that a link may fill in a part. */
export function searchOf(query: LocationQuery): PartialSearch {
  const [type, field, value] = [firstOf(query.type), firstOf(query.field), firstOf(query.value)];
  return {
    ...(type && { type }),
    ...(field && { field }),
    ...(value && { value }),
    range: rangeOf(query),
    devices: [...new Set(allOf(query.device))].sort(),
  };
}

/** Returns the URL of a search. */
export function searchToUrl({ type, field, value, range, devices = [] }: Partial<ValueSearch>): LocationQueryRaw {
  return {
    ...(type && { type }),
    ...(field && { field }),
    ...(value && { value }),
    ...(devices.length > 0 && { device: [...devices] }),
    ...(range && rangeToUrl(range)),
  };
}

/** Returns whether nothing is missing. */
export function isComplete(search: Partial<ValueSearch>): search is ValueSearch {
  return search.type !== undefined && search.field !== undefined && search.value !== undefined;
}

/** Returns the fields whose values can be looked for, the usual ones first. */
export function searchableFields(fields: readonly FieldDefinition[]): FieldDefinition[] {
  return fields
    .filter((field) => SEARCHABLE.has(field.type))
    .sort((one, other) => placeOf(one) - placeOf(other) || one.order - other.order);
}

/** Returns those of the fields that name what a device works on, and who works with it. */
export function identifyingFields(fields: readonly FieldDefinition[]): FieldDefinition[] {
  return fields.filter(({ name }) => FIRST_FIELDS.includes(name));
}

function placeOf({ name }: FieldDefinition): number {
  const place = FIRST_FIELDS.indexOf(name);
  return place < 0 ? FIRST_FIELDS.length : place;
}
