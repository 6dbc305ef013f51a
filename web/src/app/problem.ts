/** The problem that the server has returned. */

import type { Problem } from "@/api";

/**
 * Returns the problem of an error, of a request or of the live connection; undefined if the server has returned none,
 * for example because it cannot be reached.
 */
export function problemOf(error: unknown): Problem | undefined {
  return typeof error === "object" && error !== null && "problem" in error ? (error.problem as Problem) : undefined;
}
