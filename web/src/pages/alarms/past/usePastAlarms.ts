/** The alarms that ended in a range, the last one first: pages of the API, and before them those that have ended since. */

import { computed, type MaybeRefOrGetter, shallowRef, toValue } from "vue";
import { type Alarm, type AlarmPage, listAlarms } from "@/api";
import { useCursorPages } from "@/app/useCursorPages";
import { type RangeChoice, resolvedRange } from "@/components/time/ranges";
import type { AlarmChange } from "@/live";
import { type AlarmFilters, toRequest } from "../filters/filters";
import { type AcknowledgementOf, joined, withAcknowledgements } from "../list/alarms";

const PAGE_SIZE = 200;
const ITEMS_PER_LOAD = 200;
/** Each page searches 300 days of one device, so that these are 1 000 devices over 30 days. */
const PAGES_PER_LOAD = 100;
const CATCH_UP_PAGES_MAX = 10;
/** With more, a page that stays open reads its list again, without those that have left the range. */
const ENDED_MAX = 2_000;
/** Late readings may end an alarm earlier than the list was read. */
const OVERLAP_MILLISECONDS = 120_000;

export interface PastAlarmsOptions {
  readonly filters: MaybeRefOrGetter<AlarmFilters>;
  readonly range: MaybeRefOrGetter<RangeChoice>;
  /** Whether an alarm that has just ended belongs to the list. */
  readonly accepts: (alarm: Alarm) => boolean;
}

export function usePastAlarms({ filters, range, accepts }: PastAlarmsOptions) {
  /** Those that have ended since the first page was read, the last one first. */
  const ended = shallowRef<readonly Alarm[]>([]);
  let searched: { from: string; to?: string };
  /** Until when all that ended is listed. */
  let searchedTo: string | undefined;

  const pages = useCursorPages<Alarm, AlarmPage>({
    key: () => JSON.stringify([toValue(filters), toValue(range)]),
    itemsPerLoad: ITEMS_PER_LOAD,
    pagesPerLoad: PAGES_PER_LOAD,
    onStart: () => {
      ended.value = [];
      searched = resolvedRange(toValue(range), Date.now());
      searchedTo = undefined;
    },
    read: (cursor, signal) => read(searched, cursor, signal),
    onPage: ({ to }) => (searchedTo ??= to),
  });

  async function read(within: { from: string; to?: string }, cursor?: string | null, signal?: AbortSignal) {
    const query = { ...toRequest(toValue(filters)), ...within, open: false, page_size: PAGE_SIZE };
    const options = { ...(signal && { signal }), throwOnError: true } as const;
    return (await listAlarms({ query: { ...query, ...(cursor && { cursor }) }, ...options })).data;
  }

  /** Reads what has ended since the list was read, for a page that the server could not tell. */
  async function catchUp(): Promise<void> {
    if (toValue(range).to !== undefined || searchedTo === undefined) return;
    const [begun, from] = [searched, new Date(Date.parse(searchedTo) - OVERLAP_MILLISECONDS).toISOString()];
    const found: Alarm[] = [];
    let [cursor, end]: [string | null | undefined, string | undefined] = [undefined, undefined];
    for (let page = 0; page < CATCH_UP_PAGES_MAX && cursor !== null; page++) {
      const { items, next_cursor, to } = await read({ from }, cursor);
      found.push(...items);
      [cursor, end] = [next_cursor, to];
    }
    if (searched !== begun) return;
    ended.value = joined(found, ended.value);
    searchedTo = end;
  }

  /** Follows a change that the server has sent. */
  function follow({ closed = [], acknowledged = [] }: AlarmChange): void {
    const isLive = toValue(range).to === undefined;
    if (isLive && closed.length > 0) ended.value = joined([...closed].reverse().filter(accepts), ended.value);
    if (ended.value.length > ENDED_MAX) pages.restart();
    if (acknowledged.length > 0) acknowledge(acknowledged);
  }

  function acknowledge(changes: readonly AcknowledgementOf[]): void {
    ended.value = withAcknowledgements(ended.value, changes);
    pages.items.value = withAcknowledgements(pages.items.value, changes);
  }

  return {
    ...pages,
    alarms: computed(() => joined(ended.value, pages.items.value).filter(accepts)),
    follow,
    acknowledge,
    /** If there is no server either, the next one reads the same. */
    catchUp: () => void catchUp().catch(() => undefined),
  };
}
