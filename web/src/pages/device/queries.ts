/** What the page asks the API for, besides the chart and the live reading. */

import type { Ref } from "vue";
import { getDevice, getLatest } from "@/api";
import { useQuery } from "@/app/useQuery";

const MASTER_DATA_MILLISECONDS = 60_000;
const LATEST_MILLISECONDS = 5_000;

/** The master data of the device. */
export function useDevice(code: Readonly<Ref<string>>) {
  return useQuery({
    queryKey: ["device", "info", code],
    queryFn: async ({ signal }) =>
      (await getDevice({ path: { device_code: code.value }, signal, throwOnError: true })).data,
    refetchInterval: MASTER_DATA_MILLISECONDS,
  });
}

/** The newest reading, for as long as the live connection has none. */
export function useLatest(code: string, isNeeded: Readonly<Ref<boolean>>) {
  return useQuery({
    queryKey: ["device", "latest", code],
    queryFn: async ({ signal }) => {
      const query = { use_dynamic_fields: true };
      return (await getLatest({ path: { device_code: code }, query, signal, throwOnError: true })).data;
    },
    select: (data) => ("fields" in data ? data.item : undefined),
    enabled: isNeeded,
    refetchInterval: LATEST_MILLISECONDS,
  });
}
