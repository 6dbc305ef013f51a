/** Reads lists of jobs, runs and logs again when a run changes. */

import { type Query, useQueryClient } from "@tanstack/vue-query";
import { type MaybeRefOrGetter, onScopeDispose } from "vue";
import { useJobRuns } from "@/live";
import { jobKeys } from "./queries";

/** Changes that arrive within this time are read together. */
const TOGETHER_MILLISECONDS = 500;

/** Follows the runs of the given jobs, or of all, while the component is mounted. */
export function useLiveJobs(names?: MaybeRefOrGetter<readonly string[] | undefined>): void {
  const cache = useQueryClient();
  let timer: ReturnType<typeof setTimeout> | undefined;

  function refresh(): void {
    timer = undefined;
    // Nothing is read for a hidden tab; what it shows is read when it is shown again.
    const refetchType = document.hidden ? "none" : "active";
    void cache.invalidateQueries({ queryKey: jobKeys.all, predicate: isLive, refetchType });
  }

  useJobRuns(() => {
    timer ??= setTimeout(refresh, TOGETHER_MILLISECONDS);
  }, names);
  onScopeDispose(() => {
    clearTimeout(timer);
  });
}

/** Returns whether a query shows the newest runs. Statistics change slowly, and further pages of a log do not change. */
function isLive({ queryKey, state }: Query): boolean {
  if (queryKey[1] === "statistics") return false;
  const pages = (state.data as { pages?: unknown[] } | undefined)?.pages;
  return pages === undefined || pages.length === 1;
}
