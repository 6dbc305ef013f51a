/** The problem that the server has returned. */

import type { Problem } from "@/api";
import { ApiError } from "@/session";

export const PRECONDITION_FAILED = 412;

/** Returns the problem of an error; undefined if the server has returned none, for example because it cannot be reached. */
export function problemOf(error: unknown): Problem | undefined {
  return error instanceof ApiError ? error.problem : undefined;
}
