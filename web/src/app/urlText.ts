/** Texts in the query of a URL. */

import type { LocationQuery } from "vue-router";

type QueryValue = LocationQuery[string] | undefined;

/** Returns all values of a parameter that are not empty. */
export function allOf(value: QueryValue): string[] {
  return [value ?? []].flat().filter((each): each is string => each !== null && each.trim() !== "");
}

/** Returns the first value of a parameter; undefined if it is empty. */
export function firstOf(value: QueryValue): string | undefined {
  return allOf(value)[0];
}
