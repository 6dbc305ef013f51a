/** The newest readings of all devices of a type that match the filters. */

import { useQuery } from "@tanstack/vue-query";
import type { Ref } from "vue";
import { getSnapshot } from "@/api";
import { setServerClock } from "@/components/readings/serverClock";
import type { LiveFilters } from "./filters";

const TICK_MILLISECONDS = 5_000;

export function useSnapshot(typeCode: string, filters: Readonly<Ref<LiveFilters>>) {
  return useQuery({
    queryKey: ["realtime", "snapshot", typeCode, filters],
    queryFn: async ({ signal }) => {
      const { data } = await getSnapshot({
        query: { type_code: typeCode, ...filters.value },
        signal,
        throwOnError: true,
      });
      if (data.source === "snapshot") setServerClock(data.sampled_at);
      return data;
    },
    refetchInterval: TICK_MILLISECONDS,
    placeholderData: (previous) => previous,
  });
}
