/**
 * The errors of requests to the API.
 *
 *     ApiError       the server rejected the request with a problem
 *     NetworkError   no answer of the server: it cannot be reached, is too slow, or a proxy answered in its place
 *     SessionEnded   there is no session, or the server has ended it
 */

import type { Problem } from "@/api";

export class ApiError extends Error {
  override readonly name = "ApiError";

  /** @param retryAfterSeconds the wait before the next attempt, if the server states it. */
  constructor(
    readonly problem: Problem,
    readonly status: number,
    readonly retryAfterSeconds?: number,
  ) {
    super(problem.detail);
  }
}

export type NetworkFailure = "unreachable" | "timeout" | "unexpected-response";

export class NetworkError extends Error {
  override readonly name = "NetworkError";

  constructor(
    readonly reason: NetworkFailure,
    options?: ErrorOptions,
  ) {
    super(reason, options);
  }
}

/** `switched`: another user has logged in with another tab of this browser. */
export type EndReason = "ended" | "logged-out" | "switched" | "password-changed";

export class SessionEnded extends Error {
  override readonly name = "SessionEnded";

  constructor(readonly reason: EndReason) {
    super(reason);
  }
}

/** Returns the error to throw for what a request failed with. */
export function typedError(error: unknown, response?: Response): unknown {
  if (isOurs(error) || isNamed(error, "AbortError")) return error;
  if (response === undefined) return networkError(error);
  if (!response.ok && isProblem(error))
    return new ApiError(error, response.status, retryAfterSeconds(response.headers));
  return new NetworkError("unexpected-response", { cause: error });
}

function isOurs(error: unknown): boolean {
  return error instanceof ApiError || error instanceof NetworkError || error instanceof SessionEnded;
}

/** Browsers throw a TypeError where the server cannot be reached. */
function networkError(error: unknown): unknown {
  if (isNamed(error, "TimeoutError")) return new NetworkError("timeout", { cause: error });
  return error instanceof TypeError ? new NetworkError("unreachable", { cause: error }) : error;
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name;
}

function isProblem(body: unknown): body is Problem {
  return typeof body === "object" && body !== null && "type" in body && "detail" in body && "request_id" in body;
}

function retryAfterSeconds(headers: Headers): number | undefined {
  const seconds = Number(headers.get("Retry-After") ?? Number.NaN);
  return Number.isFinite(seconds) ? seconds : undefined;
}
