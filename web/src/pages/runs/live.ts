/** Follows a run over the live connection: each change reads the run, its timeline and its log again. */

import { useQueryClient } from "@tanstack/vue-query";
import { type MaybeRefOrGetter, toValue, watch } from "vue";
import type { JobRun } from "@/api";
import { useJobRuns } from "@/live";
import { hasEnded, runKeys } from "./queries";

export function useLiveRun(run: MaybeRefOrGetter<JobRun>): void {
  const cache = useQueryClient();

  async function readAgain(): Promise<void> {
    const { id, job_name: name, root_log_id: logId } = toValue(run);
    await cache.invalidateQueries({ queryKey: runKeys.run(String(id)) });
    await Promise.all([
      cache.invalidateQueries({ queryKey: runKeys.timeline(String(logId)) }),
      cache.invalidateQueries({ queryKey: runKeys.tree(String(logId)) }),
      cache.invalidateQueries({ queryKey: runKeys.runs(name) }),
    ]);
  }

  const { id, job_name: name } = toValue(run);
  useJobRuns(
    ({ runs, missed }) => {
      const isMine = missed || runs.some((each) => String(each.id) === String(id));
      // What a hidden tab misses is read when it is seen again.
      if (isMine && !document.hidden && !hasEnded(toValue(run))) void readAgain();
    },
    [name],
  );
  // The end may be found by the periodic read before the connection tells it.
  watch(() => hasEnded(toValue(run)), readAgain);
}
