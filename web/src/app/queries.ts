/** The cache of what the API has returned. */

import { QueryClient } from "@tanstack/vue-query";
import { ApiError } from "@/session/errors";

const FRESH_MILLISECONDS = 10_000;
const RETRIES_MAX = 1;
const SERVER_ERROR = 500;

/** Returns whether to repeat a request that has failed: what the server has rejected, it rejects again. */
export function mayPass(failures: number, error: unknown): boolean {
  const isRejected = error instanceof ApiError && error.status < SERVER_ERROR;
  return !isRejected && failures < RETRIES_MAX;
}

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: { staleTime: FRESH_MILLISECONDS, retry: mayPass, refetchOnWindowFocus: true },
    // Without a network a command must fail at once: one that waits and is carried out later would surprise.
    mutations: { networkMode: "always" },
  },
});
