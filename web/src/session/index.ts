/** What pages use of the session. */

import { tokens } from "./tab";

export { ApiError, NetworkError, SessionEnded } from "./errors";
export { unwrapped } from "./requests";
export { useSession } from "./session";
export { fetchWithin } from "./tab";

/** Returns valid access tokens to the live connection. */
export const tokenSource = tokens.source;
