/** What the pages of the history read from the API. */

import { computed, type MaybeRefOrGetter, toValue } from "vue";
import { getLatest, listDevices } from "@/api";
import { useQuery } from "@/app/useQuery";

const MASTER_DATA_MILLISECONDS = 300_000;
/** Offered to choose from; the codes of others can be typed. */
const DEVICES_MAX = 500;
const LATEST_MILLISECONDS = 5_000;

/** The codes of the first devices of a type; none without a type. */
export function useDeviceCodes(typeCode: MaybeRefOrGetter<string | undefined>) {
  const code = computed(() => toValue(typeCode));
  return useQuery({
    queryKey: computed(() => ["history", "devices", code.value]),
    queryFn: async ({ signal }) => {
      const query = { type_code: code.value ?? "", page_size: DEVICES_MAX };
      return (await listDevices({ query, signal, throwOnError: true })).data.items.map((each) => each.device_code);
    },
    enabled: computed(() => code.value !== undefined),
    staleTime: MASTER_DATA_MILLISECONDS,
  });
}

/** The newest reading of a device, with the fields of its type. */
export function useCurrentValues(code: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: computed(() => ["history", "latest", toValue(code)]),
    queryFn: async ({ signal }) => {
      const options = { path: { device_code: toValue(code) }, query: { use_dynamic_fields: true }, signal };
      const { data } = await getLatest({ ...options, throwOnError: true });
      return "fields" in data ? data.item : undefined;
    },
    refetchInterval: LATEST_MILLISECONDS,
  });
}
