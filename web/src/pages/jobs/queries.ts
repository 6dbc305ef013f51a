/** What the pages of jobs read from the API, and under which keys it is cached. */

import { keepPreviousData, queryOptions, useInfiniteQuery } from "@tanstack/vue-query";
import { computed, type MaybeRefOrGetter, toValue } from "vue";
import {
  getJob,
  getJobStatistics,
  type Job,
  listJobAlerts,
  type ListJobAlertsData,
  listJobLogs,
  listJobs,
  type ListJobLogsData,
  listRuns,
} from "@/api";
import { useQuery } from "@/app/useQuery";

/** How often a page reads again what changes. Nothing is read while its tab is hidden. */
const REFRESH_MILLISECONDS = 5_000;
const STATISTICS_REFRESH_MILLISECONDS = 60_000;
const JOBS_PAGE_SIZE = 100;
const LOGS_PAGE_SIZE = 50;
const ALERTS_PAGE_SIZE = 100;

/** A job with the version that `If-Match` expects. */
export interface VersionedJob {
  job: Job;
  etag: string;
}

export type LogQuery = NonNullable<ListJobLogsData["query"]>;
export type AlertQuery = NonNullable<ListJobAlertsData["query"]>;

export const jobKeys = {
  all: ["jobs"],
  list: ["jobs", "list"],
  job: (name: string) => ["jobs", "job", name],
  runs: (name: string, count: number) => ["jobs", "runs", name, count],
  statistics: (name: string, days: number) => ["jobs", "statistics", name, days],
  logs: (query: object) => ["jobs", "logs", query],
  alerts: (query: object) => ["jobs", "alerts", query],
};

export function useJobs() {
  return useQuery({
    queryKey: jobKeys.list,
    queryFn: ({ signal }) => readJobs(signal),
    refetchInterval: REFRESH_MILLISECONDS,
  });
}

async function readJobs(signal: AbortSignal): Promise<Job[]> {
  const jobs: Job[] = [];
  for (let page = 1; ; page++) {
    const { data } = await listJobs({ query: { page, page_size: JOBS_PAGE_SIZE }, signal, throwOnError: true });
    jobs.push(...data.items);
    if (jobs.length >= data.total || data.items.length === 0) return jobs;
  }
}

export function jobQuery(name: string) {
  return queryOptions({ queryKey: jobKeys.job(name), queryFn: ({ signal }) => readJob(name, signal) });
}

export function useJob(name: MaybeRefOrGetter<string>) {
  return useQuery(computed(() => ({ ...jobQuery(toValue(name)), refetchInterval: REFRESH_MILLISECONDS })));
}

export async function readJob(name: string, signal?: AbortSignal): Promise<VersionedJob> {
  const { data, response } = await getJob({ path: { name }, throwOnError: true, ...(signal && { signal }) });
  return { job: data, etag: response.headers.get("ETag") ?? "" };
}

interface RunsOptions {
  enabled?: MaybeRefOrGetter<boolean>;
  /** In milliseconds. */
  refetchInterval?: number;
}

/** The newest runs of a job with their attempts and waits, the newest first. */
export function useRuns(
  name: MaybeRefOrGetter<string>,
  count: number,
  { enabled = true, refetchInterval = REFRESH_MILLISECONDS }: RunsOptions = {},
) {
  return useQuery({
    queryKey: computed(() => jobKeys.runs(toValue(name), count)),
    queryFn: async ({ signal }) => {
      const query = { page_size: count, include: ["segments" as const] };
      return (await listRuns({ path: { name: toValue(name) }, query, signal, throwOnError: true })).data.items;
    },
    refetchInterval,
    enabled: computed(() => toValue(enabled)),
  });
}

export function useStatistics(name: MaybeRefOrGetter<string>, days: MaybeRefOrGetter<number>) {
  return useQuery({
    queryKey: computed(() => jobKeys.statistics(toValue(name), toValue(days))),
    queryFn: async ({ signal }) => {
      const query = { job: toValue(name), days: toValue(days) };
      return (await getJobStatistics({ query, signal, throwOnError: true })).data;
    },
    refetchInterval: STATISTICS_REFRESH_MILLISECONDS,
    placeholderData: keepPreviousData,
  });
}

/** The newest alerts that the query selects, the newest first. */
export function useAlerts(query: MaybeRefOrGetter<AlertQuery>) {
  return useQuery({
    queryKey: computed(() => jobKeys.alerts(toValue(query))),
    queryFn: async ({ signal }) => (await listJobAlerts({ query: toValue(query), signal, throwOnError: true })).data,
    refetchInterval: REFRESH_MILLISECONDS,
  });
}

/** The open alerts of all jobs; of very many, the newest ones. */
export const useOpenAlerts = () => useAlerts({ state: "open", page_size: ALERTS_PAGE_SIZE });

/** The rows of the log that the query selects. Only the first page is read again: later ones would shift under the reader. */
export function useLogs(query: MaybeRefOrGetter<LogQuery>) {
  return useInfiniteQuery({
    queryKey: computed(() => jobKeys.logs(toValue(query))),
    queryFn: async ({ pageParam, signal }) => {
      const cursor = pageParam === "" ? {} : { cursor: pageParam };
      const page = { ...toValue(query), page_size: LOGS_PAGE_SIZE, ...cursor };
      return (await listJobLogs({ query: page, signal, throwOnError: true })).data;
    },
    initialPageParam: "",
    getNextPageParam: (last) => last.next_cursor,
    refetchInterval: ({ state }) => (state.data && state.data.pages.length > 1 ? false : REFRESH_MILLISECONDS),
    placeholderData: keepPreviousData,
  });
}
