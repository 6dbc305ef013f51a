/** Which devices are on the cards, in which order: the first ones that match, as the server lists them. */

import { computed, type Ref } from "vue";
import { type DeviceType, listLatest } from "@/api";
import { useQuery } from "@/app/useQuery";
import { CODE_KEY } from "../columns/columns";
import { liveFilters } from "../rows/filters";
import type { Choices } from "../url/parameters";

/** As many as one connection may watch. */
export const CARDS_MAX = 500;
const LIST_MILLISECONDS = 10_000;

export function useListedDevices(type: DeviceType, choices: Readonly<Ref<Choices>>) {
  const query = computed(() => {
    const { search, sort } = choices.value;
    return {
      type_code: type.type_code,
      page_size: CARDS_MAX,
      use_dynamic_fields: true,
      fields: [type.state_field],
      ...liveFilters(choices.value),
      ...(search !== "" && { keyword: search }),
      // The server does not order by the master data.
      ...(sort !== undefined && !sort.column.includes(".") && { sort: serverSort(sort) }),
    };
  });
  return useQuery({
    queryKey: ["realtime", "listed", query],
    queryFn: async ({ signal }) => {
      const { data } = await listLatest({ query: query.value, signal, throwOnError: true });
      return { codes: data.items.map((each) => each.device_code), total: data.total };
    },
    refetchInterval: LIST_MILLISECONDS,
    placeholderData: (previous) => previous,
  });
}

/** The page orders by age where the server orders by time. */
function serverSort({ column, descending }: NonNullable<Choices["sort"]>): string {
  if (column === CODE_KEY) return descending ? "-device_code" : "device_code";
  const isDescending = column === "ts" ? !descending : descending;
  return `${isDescending ? "-" : ""}${column}`;
}
