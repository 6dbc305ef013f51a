/** How long to wait before another attempt. */

import { Rejected } from "../errors.js";

/** After a connection that lasted: clients of a server that restarts do not all return in the same moment. */
const FIRST_SECONDS_MAX = 0.5;
/** Delay before the second attempt; it doubles with each failure. Randomly up to twice as long. */
const WAIT_SECONDS = 1;
const WAIT_SECONDS_MAX = 30;

/** Returns the delay before an attempt, in seconds: at least the one that the server asks for. */
export function backoffSeconds(failures: number, error: unknown): number {
  const random = Math.random();
  const doubled = Math.min(WAIT_SECONDS * 2 ** (failures - 1), WAIT_SECONDS_MAX) * (1 + random);
  const delay = failures === 0 ? random * FIRST_SECONDS_MAX : doubled;
  return Math.max(delay, (error instanceof Rejected && error.problem.retry_after_seconds) || 0);
}
