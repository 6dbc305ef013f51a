/** What the page asks the API for, besides the live rows. */

import type { Ref } from "vue";
import { type DeviceInfo, getBoardStatus, getLatest, listDevices } from "@/api";
import { useQuery } from "@/app/useQuery";

const DEVICES_PAGE_SIZE = 500;
/** At most 50 000 devices have names on the page; more are shown with their codes only. */
const DEVICE_PAGES_MAX = 100;
const MASTER_DATA_MILLISECONDS = 300_000;
const COUNTS_MILLISECONDS = 5_000;
const LATEST_MILLISECONDS = 5_000;

/** The master data of all devices of a type, by code: one request per 500 devices. */
export function useDevices(typeCode: string) {
  return useQuery({
    queryKey: ["realtime", "devices", typeCode],
    queryFn: ({ signal }) => allDevices(typeCode, signal),
    staleTime: MASTER_DATA_MILLISECONDS,
    refetchInterval: MASTER_DATA_MILLISECONDS,
  });
}

async function allDevices(typeCode: string, signal: AbortSignal): Promise<Map<string, DeviceInfo>> {
  const devices = new Map<string, DeviceInfo>();
  for (let page = 1; page <= DEVICE_PAGES_MAX; page += 1) {
    const query = { type_code: typeCode, page, page_size: DEVICES_PAGE_SIZE };
    const { data } = await listDevices({ query, signal, throwOnError: true });
    for (const device of data.items) devices.set(device.device_code, device);
    if (page * DEVICES_PAGE_SIZE >= data.total) break;
  }
  return devices;
}

/** The counts of all devices of a type and team, for a table that a filter makes incomplete. */
export function useBoardCounts(
  typeCode: string,
  team: Readonly<Ref<string | undefined>>,
  isNeeded: Readonly<Ref<boolean>>,
) {
  return useQuery({
    queryKey: ["realtime", "counts", typeCode, team],
    queryFn: async ({ signal }) => {
      const query = { type_code: typeCode, ...(team.value !== undefined && { team_name: team.value }) };
      return (await getBoardStatus({ query, signal, throwOnError: true })).data;
    },
    enabled: isNeeded,
    refetchInterval: COUNTS_MILLISECONDS,
  });
}

/** The newest reading of one device of a type, for details of a device that the live rows do not include. */
export function useLatest(typeCode: string, code: string, isNeeded: () => boolean) {
  return useQuery({
    queryKey: ["realtime", "latest", code],
    queryFn: async ({ signal }) => {
      const query = { use_dynamic_fields: true };
      const { data } = await getLatest({ path: { device_code: code }, query, signal, throwOnError: true });
      return data;
    },
    select: (data) => (data.type_code === typeCode && "fields" in data ? data.item : undefined),
    enabled: isNeeded,
    refetchInterval: LATEST_MILLISECONDS,
    retry: false,
  });
}
