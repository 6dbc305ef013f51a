/** The parameters of a run as a form edits them. */

import type { JobParameters, JobParameterValue } from "@/api";

/** Returns those values of the form that differ from the defaults of the job; a run has the defaults of the others. */
export function changedParameters(defaults: JobParameters, values: JobParameters): JobParameters {
  return Object.fromEntries(Object.entries(values).filter(([name, value]) => value !== defaults[name]));
}

/** Returns which input edits a value. A parameter whose default is null has no type that is known here. */
export function inputKind(value: JobParameterValue): "boolean" | "number" | "text" {
  return typeof value === "boolean" ? "boolean" : typeof value === "number" ? "number" : "text";
}
