/** What the pages of alarms read from the API. */

import { computed } from "vue";
import { type Acknowledgement, type Alarm, listAlarms } from "@/api";
import { useTypes } from "@/components/types/queries";
import type { AlarmQuery } from "./filters/filters";
import { keyOf } from "./list/alarms";

const PAGE_SIZE = 200;
/** Further pages of open alarms are not read. */
const OPEN_PAGES_MAX = 50;
/** The API searches at most 31 days; a day less, because the server has another clock. */
const SEARCH_MILLISECONDS_MAX = 30 * 86_400_000;
/** Of a search for one alarm of one device. */
const SEARCH_PAGES_MAX = 10;

/** The device types that have alarm states. */
export function useAlarmTypes() {
  const { data, ...rest } = useTypes();
  return { ...rest, data: computed(() => data.value?.filter((each) => each.alarm_states.length > 0)) };
}

/** Returns the open alarms of types, or of one device of them. */
export async function readOpenAlarms(
  codes: readonly string[],
  device: string | undefined,
  signal: AbortSignal,
): Promise<Alarm[]> {
  const lists = [];
  const queries = device === undefined ? codes.map((type_code) => ({ type_code })) : [{ device_code: [device] }];
  for (const query of queries) lists.push(await readAll({ ...query, open: true }, OPEN_PAGES_MAX, signal));
  return lists.flat();
}

/** Returns the present acknowledgement of an alarm that has begun in the last 30 days; undefined if it is not found. */
export async function readAcknowledgement(alarm: Alarm): Promise<Acknowledgement | undefined> {
  const from = new Date(Math.max(Date.parse(alarm.start), Date.now() - SEARCH_MILLISECONDS_MAX)).toISOString();
  const found = await readAll({ device_code: [alarm.device_code], from }, SEARCH_PAGES_MAX);
  return found.find((each) => keyOf(each) === keyOf(alarm))?.acknowledgement;
}

async function readAll(query: AlarmQuery, pagesMax: number, signal?: AbortSignal): Promise<Alarm[]> {
  const alarms: Alarm[] = [];
  let cursor: string | null | undefined;
  for (let page = 0; page < pagesMax && cursor !== null; page++) {
    const { data } = await listAlarms({
      query: { ...query, page_size: PAGE_SIZE, ...(cursor && { cursor }) },
      ...(signal && { signal }),
      throwOnError: true,
    });
    alarms.push(...data.items);
    cursor = data.next_cursor;
  }
  return alarms;
}
