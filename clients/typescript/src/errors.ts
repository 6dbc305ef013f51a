/** The errors of this package. */

import type { Problem } from "./frames/index.js";

/** A client that repeats the same request is rejected again. */
const PERMANENT_STATUSES: readonly number[] = [400, 403, 404];

/** The server rejected a request with a problem (RFC 9457). */
export class Rejected extends Error {
  override readonly name = "Rejected";

  readonly problem: Problem;

  /** @param headers of the response; Retry-After becomes the member that events have instead. */
  constructor(problem: Problem, headers?: Headers) {
    super(problem.detail);
    const delay = Number(headers?.get("Retry-After") ?? undefined);
    this.problem = delay > 0 ? { ...problem, retry_after_seconds: delay } : problem;
  }

  get isPermanent(): boolean {
    return PERMANENT_STATUSES.includes(this.problem.status);
  }
}

/** The server ended the connection, or it was lost. */
export class ConnectionEnded extends Error {
  override readonly name = "ConnectionEnded";

  /** @param reason that of the event `closing` or `reset`, for example `expired`, or `disconnect`. */
  constructor(
    readonly reason: string,
    detail = "",
  ) {
    super(detail ? `${reason}: ${detail}` : reason);
  }

  /** Whether the same program would be disconnected again. */
  get isPermanent(): boolean {
    return this.reason === "too-many-messages" || this.reason === "malformed";
  }
}

/** Returns the JSON body of a response, or throws `Rejected`. */
export async function bodyOf(response: Response): Promise<unknown> {
  if (response.headers.get("Content-Type")?.startsWith("application/problem+json")) {
    throw new Rejected((await response.json()) as Problem, response.headers);
  }
  if (!response.ok) throw new Error(`${response.url} returned the status ${response.status}`);
  return response.json();
}
