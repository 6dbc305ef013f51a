/** The problem that the server has returned. */

import type { Problem } from "@/api";

const KIND = /^urn:arcbeat:problem:/;
const PRECONDITION_FAILED = 412;

/**
 * Returns the problem of an error, of a request or of the live connection; undefined if the server has returned none,
 * for example because it cannot be reached.
 */
export function problemOf(error: unknown): Problem | undefined {
  return typeof error === "object" && error !== null && "problem" in error ? (error.problem as Problem) : undefined;
}

/** Returns the name of the kind of the problem of an error, for example `super-table-missing`; empty if it has none. */
export function kindOf(error: unknown): string {
  return problemOf(error)?.type.replace(KIND, "") ?? "";
}

/** Returns whether a change was rejected because another one was stored since the version that `If-Match` names. */
export function isOutdated(error: unknown): boolean {
  return problemOf(error)?.status === PRECONDITION_FAILED;
}
