/** The errors that the server has found in a form. */

import type { Problem } from "@/api";

export interface FormErrors {
  /** By the name of the field, for example `retry.max_attempts`. */
  fields: Record<string, string>;
  /** Those of no field of the form. */
  others: string[];
}

export const NO_ERRORS: FormErrors = { fields: {}, others: [] };

/** Returns the errors of a problem, each at its field. */
export function errorsOf(problem: Problem, names: ReadonlySet<string>): FormErrors {
  const found: FormErrors = { fields: {}, others: [] };
  for (const { name, detail } of problem.errors ?? []) {
    const field = name.replace(/^\//, "").replaceAll("/", ".");
    if (names.has(field)) found.fields[field] = [found.fields[field], detail].filter(Boolean).join(" ");
    else found.others.push(`${name}: ${detail}`);
  }
  return found;
}
