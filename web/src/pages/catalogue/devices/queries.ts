/** What the pages of devices read from the API, and under which keys it is cached. */

import { keepPreviousData, useQueryClient } from "@tanstack/vue-query";
import { computed, type MaybeRefOrGetter, toValue } from "vue";
import { type DeviceInfo, type DeviceInfoPage, getDevice, listDevices, type ListDevicesData } from "@/api";
import { useQuery } from "@/app/useQuery";

const NOT_MODIFIED = 304;

export type DevicesQuery = NonNullable<ListDevicesData["query"]>;

/** A device with the version that `If-Match` expects. */
export interface VersionedDevice {
  device: DeviceInfo;
  etag: string;
}

export const deviceKeys = {
  all: ["catalogue", "devices"],
  list: (query: object) => ["catalogue", "devices", "list", query],
};

interface VersionedPage {
  page: DeviceInfoPage;
  etag: string;
}

/** A page of devices. It is read again whenever it is shown; the server sends it only if it has changed. */
export function useDevices(query: MaybeRefOrGetter<DevicesQuery>) {
  const cache = useQueryClient();
  const { data, ...rest } = useQuery({
    queryKey: computed(() => deviceKeys.list(toValue(query))),
    queryFn: ({ signal, queryKey }) => readPage(toValue(query), cache.getQueryData<VersionedPage>(queryKey), signal),
    placeholderData: keepPreviousData,
    staleTime: 0,
  });
  return { ...rest, data: computed(() => data.value?.page) };
}

/** @param known the page that was read before. */
async function readPage(
  query: DevicesQuery,
  known: VersionedPage | undefined,
  signal: AbortSignal,
): Promise<VersionedPage> {
  const headers = known ? { "If-None-Match": known.etag } : {};
  const { data, error, response } = await listDevices({ query, signal, headers });
  if (known && response?.status === NOT_MODIFIED) return known;
  if (error !== undefined) throw error instanceof Error ? error : new Error("the request failed", { cause: error });
  return { page: data, etag: response?.headers.get("ETag") ?? "" };
}

export async function readDevice(code: string): Promise<VersionedDevice> {
  const { data, response } = await getDevice({ path: { device_code: code }, throwOnError: true });
  return { device: data, etag: response.headers.get("ETag") ?? "" };
}
