/** The cache of what the API has returned. */

import { QueryClient } from "@tanstack/vue-query";

const FRESH_MILLISECONDS = 10_000;

export const queryClient = new QueryClient({
  defaultOptions: { queries: { staleTime: FRESH_MILLISECONDS, retry: 1, refetchOnWindowFocus: true } },
});
