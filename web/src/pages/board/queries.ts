/** What the board reads from the API. Nothing is read while its tab is hidden. */

import { keepPreviousData } from "@tanstack/vue-query";
import { computed, type MaybeRefOrGetter, toValue } from "vue";
import { getBoardStatistics, getBoardStatus, listDictData, listGroupWindows } from "@/api";
import { timeZone } from "@/app/format";
import { useQuery } from "@/app/useQuery";
import { setServerClock } from "@/components/readings/serverClock";

const STATUS_MILLISECONDS = 5_000;
const STATISTICS_MILLISECONDS = 60_000;
const LABELS_MAX = 50;
const HOUR_MILLISECONDS = 3_600_000;

/** The dictionary type whose data name the statistics. */
export const BOARD_DICT = "焊机统计指标对照";

/** The labels of the statistics, in the order of the dictionary. */
export function useLabels(mayRead: boolean) {
  return useQuery({
    queryKey: ["board", "labels"],
    queryFn: async ({ signal }) => {
      const query = { dict_name: BOARD_DICT, enabled: true, page_size: LABELS_MAX };
      const { data } = await listDictData({ query, signal, throwOnError: true });
      return data.items.map((each) => each.data_label);
    },
    staleTime: STATISTICS_MILLISECONDS,
    enabled: mayRead,
  });
}

/** A statistic with its trend of some days. The server returns the labels of its columns in the language of the page. */
export function useStatistic(label: string, days: MaybeRefOrGetter<number>, locale: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: computed(() => ["board", "statistics", label, toValue(days), toValue(locale)]),
    queryFn: async ({ signal }) => {
      const query = { data_label: label, days: toValue(days), time_zone: timeZone };
      return (await getBoardStatistics({ query, signal, throwOnError: true })).data;
    },
    refetchInterval: STATISTICS_MILLISECONDS,
    placeholderData: keepPreviousData,
  });
}

/** The devices of a type by state and by team. */
export function useStatus(typeCode: string) {
  return useQuery({
    queryKey: ["board", "status", typeCode],
    queryFn: async ({ signal }) => {
      const { data, response } = await getBoardStatus({ query: { type_code: typeCode }, signal, throwOnError: true });
      setServerClock(response.headers.get("Date") ?? data.sampled_at);
      return data;
    },
    refetchInterval: STATUS_MILLISECONDS,
  });
}

/** The mean of a field per team over the last hours, per window of some minutes; a window without readings is null. */
export function useTeamWindows(
  typeCode: string,
  field: MaybeRefOrGetter<string | undefined>,
  hours: MaybeRefOrGetter<number>,
  minutes: MaybeRefOrGetter<number>,
) {
  return useQuery({
    queryKey: computed(() => ["board", "teams", typeCode, toValue(field), toValue(hours)]),
    queryFn: async ({ signal }) => {
      const now = Date.now();
      const query = {
        group_by: "team_name" as const,
        type_code: [typeCode],
        fields: [toValue(field) ?? ""],
        from: new Date(now - toValue(hours) * HOUR_MILLISECONDS).toISOString(),
        to: new Date(now).toISOString(),
        interval: `${toValue(minutes)}m`,
        time_zone: timeZone,
        fill: "null" as const,
      };
      return (await listGroupWindows({ query, signal, throwOnError: true })).data;
    },
    enabled: computed(() => toValue(field) !== undefined),
    refetchInterval: STATISTICS_MILLISECONDS,
    placeholderData: keepPreviousData,
  });
}
