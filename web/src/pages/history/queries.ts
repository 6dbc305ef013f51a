/** What the pages of the history read from the API. */

import { computed, type MaybeRefOrGetter, toValue } from "vue";
import { type DeviceType, getLatest, listDevices, listFields, listTypes } from "@/api";
import { useQuery } from "@/app/useQuery";

const TYPES_PAGE_SIZE = 500;
const MASTER_DATA_MILLISECONDS = 300_000;
/** Offered to choose from; the codes of others can be typed. */
const DEVICES_MAX = 500;
const LATEST_MILLISECONDS = 5_000;

export function useTypes() {
  return useQuery({
    queryKey: ["history", "types"],
    queryFn: async ({ signal }): Promise<DeviceType[]> =>
      (await listTypes({ query: { page_size: TYPES_PAGE_SIZE }, signal, throwOnError: true })).data.items,
    staleTime: MASTER_DATA_MILLISECONDS,
  });
}

/** The fields of a type; none without a type. */
export function useFields(typeCode: MaybeRefOrGetter<string | undefined>) {
  const code = computed(() => toValue(typeCode));
  return useQuery({
    queryKey: computed(() => ["history", "fields", code.value]),
    queryFn: async ({ signal }) =>
      (await listFields({ path: { type_code: code.value ?? "" }, signal, throwOnError: true })).data.fields,
    enabled: computed(() => code.value !== undefined),
    staleTime: MASTER_DATA_MILLISECONDS,
  });
}

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
