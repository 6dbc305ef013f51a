/** Starts, cancels and repeats runs. */

import { useMutation, useQueryClient } from "@tanstack/vue-query";
import { useRouter } from "vue-router";
import { cancelRun, type JobRun, type JobRunCreate, retryRun, startRun } from "@/api";
import { jobKeys } from "../queries";
import { newIdempotencyKey } from "./idempotencyKey";

export interface StartRequest {
  name: string;
  body: JobRunCreate;
  /** One key per intention: sent again, it makes no second run. */
  key: string;
}

export function useRunCommands() {
  const cache = useQueryClient();
  const router = useRouter();
  const refresh = (): Promise<void> => cache.invalidateQueries({ queryKey: jobKeys.all });

  async function show(run: JobRun): Promise<void> {
    void refresh();
    await router.push({ name: "run", params: { runId: String(run.id) } });
  }

  const start = useMutation({
    mutationFn: async ({ name, body, key }: StartRequest) => {
      const headers = { "Idempotency-Key": key };
      return (await startRun({ path: { name }, body, headers, throwOnError: true })).data;
    },
    onSuccess: show,
  });
  const retry = useMutation({
    mutationFn: async (runId: JobRun["id"]) => {
      const headers = { "Idempotency-Key": newIdempotencyKey() };
      return (await retryRun({ path: { run_id: runId }, headers, throwOnError: true })).data;
    },
    onSuccess: show,
  });
  const cancel = useMutation({
    mutationFn: async (runId: JobRun["id"]) => (await cancelRun({ path: { run_id: runId }, throwOnError: true })).data,
    onSettled: refresh,
  });
  return { start, retry, cancel };
}
