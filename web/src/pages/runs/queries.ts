/** What the page of a run reads from the API. While the run goes on it is read again; nothing is read while the tab is hidden. */

import { computed, type MaybeRefOrGetter, toValue } from "vue";
import { getJobLogTimeline, getJobLogTree, getRun, type JobRun, listRuns } from "@/api";
import { useQuery } from "@/app/useQuery";
import { clockOffset } from "./parts/clock";

/** Changes usually arrive over the live connection; this finds them where it is down. */
const REFRESH_MILLISECONDS = 2_000;

/** All keys begin as those of the pages of jobs, so that starting, cancelling and repeating a run refreshes these, too. */
export const runKeys = {
  run: (id: string) => ["jobs", "run", id],
  timeline: (logId: string) => ["jobs", "timeline", logId],
  tree: (logId: string) => ["jobs", "tree", logId],
  lastGood: (name: string) => ["jobs", "last-good", name],
  runs: (name: string) => ["jobs", "runs", name],
};

/** A run, and by how much the clock of the server is ahead of the one here. */
export interface ObservedRun {
  run: JobRun;
  clockOffset: number;
}

export const hasEnded = (run: JobRun): boolean => run.finished_at !== null;

/** Ids above 2^53 are texts, which the generated types do not say. */
const idOf = (text: string): number =>
  Number.isSafeInteger(Number(text)) ? Number(text) : (text as unknown as number);

export function useRun(id: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: computed(() => runKeys.run(toValue(id))),
    queryFn: async ({ signal }): Promise<ObservedRun> => {
      const { data, response } = await getRun({ path: { run_id: idOf(toValue(id)) }, signal, throwOnError: true });
      return { run: data, clockOffset: clockOffset(response.headers.get("Date"), Date.now()) };
    },
    refetchInterval: ({ state }) => (state.data && hasEnded(state.data.run) ? false : REFRESH_MILLISECONDS),
  });
}

/** The attempts and waits of a run; undefined for a run without a log. */
export function useTimeline(run: MaybeRefOrGetter<JobRun>) {
  return useQuery({
    queryKey: computed(() => runKeys.timeline(String(toValue(run).root_log_id))),
    queryFn: async ({ signal }) =>
      (await getJobLogTimeline({ ...logOf(toValue(run)), signal, throwOnError: true })).data,
    enabled: computed(() => toValue(run).root_log_id !== null),
    refetchInterval: ({ state }) => (state.data && state.data.ended_at !== null ? false : REFRESH_MILLISECONDS),
  });
}

/** The rows of the log of a run. */
export function useTree(run: MaybeRefOrGetter<JobRun>) {
  return useQuery({
    queryKey: computed(() => runKeys.tree(String(toValue(run).root_log_id))),
    queryFn: async ({ signal }) => (await getJobLogTree({ ...logOf(toValue(run)), signal, throwOnError: true })).data,
    enabled: computed(() => toValue(run).root_log_id !== null),
    refetchInterval: ({ state }) => (state.data && state.data.log.status !== "running" ? false : REFRESH_MILLISECONDS),
  });
}

function logOf(run: JobRun) {
  return { path: { log_id: run.root_log_id ?? 0 }, query: { run_started_at: run.run_started_at } };
}

/** The last run of the job that succeeded before this one, with its attempts and waits. */
export function useLastGoodRun(run: MaybeRefOrGetter<JobRun>) {
  return useQuery({
    queryKey: computed(() => [...runKeys.lastGood(toValue(run).job_name), toValue(run).created_at]),
    queryFn: async ({ signal }): Promise<JobRun | null> => {
      const { job_name: name, created_at: to } = toValue(run);
      const query = { state: ["succeeded" as const], include: ["segments" as const], to, page_size: 1 };
      return (await listRuns({ path: { name }, query, signal, throwOnError: true })).data.items[0] ?? null;
    },
  });
}
