/** The errors that the server has found in a form. */

import type { Problem } from "@/api";

export interface FormErrors {
  /** By the name of the field, for example `retry.max_attempts`. */
  fields: Record<string, string>;
  /** Those of no field of the form. */
  others: string[];
}

export const NO_ERRORS: FormErrors = { fields: {}, others: [] };

/** Returns the errors of a problem, each at its field: the field `retry.max_attempts` has those of `/retry/max_attempts`. */
export function errorsOf(problem: Problem | undefined, names: ReadonlySet<string>): FormErrors {
  return errorsBy(problem, (pointer) => {
    const field = pointer.replaceAll("/", ".");
    return names.has(field) ? field : undefined;
  });
}

/** Returns the errors of a problem. `fieldOf` returns the field of a JSON pointer into the body, without its first slash. */
export function errorsBy(problem: Problem | undefined, fieldOf: (pointer: string) => string | undefined): FormErrors {
  const found: FormErrors = { fields: {}, others: [] };
  for (const { name, detail } of problem?.errors ?? []) {
    const field = fieldOf(name.replace(/^\//, ""));
    if (field === undefined) found.others.push(`${name}: ${detail}`);
    else found.fields[field] = [found.fields[field], detail].filter(Boolean).join(" ");
  }
  return found;
}
