/** What the pages of device types read from the API, and under which keys it is cached. */

import { keepPreviousData, type QueryClient } from "@tanstack/vue-query";
import { computed, type MaybeRefOrGetter, toValue } from "vue";
import { type DeviceType, type DeviceTypeFields, getDrift, getType, listDevices, listFields, listTypes } from "@/api";
import { useQuery } from "@/app/useQuery";
import { typeKeys } from "@/components/types/queries";

const TYPES_PAGE_SIZE = 500;
const COUNTS_MILLISECONDS = 60_000;
/** How many devices that only one side has are shown at once. */
export const DRIFT_PAGE_SIZE = 50;

/** An item with the version that `If-Match` expects. */
export interface Versioned<Item> {
  item: Item;
  etag: string;
}

const keys = {
  all: typeKeys.all,
  list: (withRetired: boolean) => ["types", "list", withRetired],
  type: (code: string) => ["types", "type", code],
  fields: (code: string) => ["types", "fields", code],
  devices: (code: string) => ["types", "devices", code],
  drift: (code: string, page: number) => ["types", "drift", code, page],
};

/** Reads everything again that shows device types or their fields, also on other pages. */
export async function forgetTypes(cache: QueryClient): Promise<void> {
  const areas = [keys.all, ["realtime"]];
  await Promise.all(areas.map((queryKey) => cache.invalidateQueries({ queryKey })));
}

export function useTypes(withRetired: MaybeRefOrGetter<boolean>) {
  return useQuery({
    queryKey: computed(() => keys.list(toValue(withRetired))),
    queryFn: ({ signal }) => readTypes(toValue(withRetired), signal),
    placeholderData: keepPreviousData,
  });
}

async function readTypes(include_retired: boolean, signal: AbortSignal): Promise<DeviceType[]> {
  const types: DeviceType[] = [];
  for (let page = 1; ; page += 1) {
    const query = { page, page_size: TYPES_PAGE_SIZE, include_retired };
    const { data } = await listTypes({ query, signal, throwOnError: true });
    types.push(...data.items);
    if (types.length >= data.total || data.items.length === 0) return types;
  }
}

export function useType(code: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: computed(() => keys.type(toValue(code))),
    queryFn: ({ signal }) => readType(toValue(code), signal),
  });
}

export async function readType(type_code: string, signal?: AbortSignal): Promise<Versioned<DeviceType>> {
  const { data, response } = await getType({ path: { type_code }, throwOnError: true, ...(signal && { signal }) });
  return { item: data, etag: response.headers.get("ETag") ?? "" };
}

/** The fields of a type, including hidden ones. */
export function useFields(code: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: computed(() => keys.fields(toValue(code))),
    queryFn: ({ signal }) => readFields(toValue(code), signal),
  });
}

export async function readFields(type_code: string, signal?: AbortSignal): Promise<Versioned<DeviceTypeFields>> {
  const query = { include_hidden: true };
  const options = { path: { type_code }, query, throwOnError: true as const, ...(signal && { signal }) };
  const { data, response } = await listFields(options);
  return { item: data, etag: response.headers.get("ETag") ?? "" };
}

/** How many fields and registered devices a type has. Devices of a retired type are not listed. */
export function useCounts({ type_code: code, enabled }: DeviceType) {
  const fields = useQuery({
    queryKey: [...keys.fields(code), "count"],
    queryFn: async ({ signal }) => (await readFields(code, signal)).item.fields.length,
    staleTime: COUNTS_MILLISECONDS,
  });
  const devices = useQuery({
    queryKey: keys.devices(code),
    queryFn: async ({ signal }) => {
      const query = { type_code: code, page_size: 1 };
      return (await listDevices({ query, signal, throwOnError: true })).data.total;
    },
    staleTime: COUNTS_MILLISECONDS,
    enabled,
  });
  return { fields: fields.data, devices: devices.data };
}

export function useDrift(code: MaybeRefOrGetter<string>, page: MaybeRefOrGetter<number>) {
  return useQuery({
    queryKey: computed(() => keys.drift(toValue(code), toValue(page))),
    queryFn: async ({ signal }) => {
      const query = { page: toValue(page), page_size: DRIFT_PAGE_SIZE };
      return (await getDrift({ path: { type_code: toValue(code) }, query, signal, throwOnError: true })).data;
    },
    placeholderData: keepPreviousData,
  });
}
