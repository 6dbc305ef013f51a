/** The errors of a problem by the part of the form that they concern. */

import type { Problem } from "@/api";

export interface FormErrors {
  /** By the name of the input. */
  inputs: Record<string, string>;
  /** Those of no input. */
  others: string[];
}

export const NO_ERRORS: FormErrors = { inputs: {}, others: [] };

/** Returns the errors of a problem. `inputOf` returns the input of a JSON pointer into the body, without its first slash. */
export function errorsOf(problem: Problem | undefined, inputOf: (pointer: string) => string | undefined): FormErrors {
  const found: FormErrors = { inputs: {}, others: [] };
  for (const { name, detail } of problem?.errors ?? []) {
    const input = inputOf(name.replace(/^\//, ""));
    if (input === undefined) found.others.push(`${name}: ${detail}`);
    else found.inputs[input] = [found.inputs[input], detail].filter(Boolean).join(" ");
  }
  return found;
}

const KIND = /^urn:arcbeat:problem:/;

/** Returns the name of the kind of problem, for example `super-table-missing`. */
export function kindOf(problem: Problem | undefined): string {
  return problem?.type.replace(KIND, "") ?? "";
}
