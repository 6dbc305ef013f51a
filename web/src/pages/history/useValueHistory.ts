/** The readings of a search and the stretches that they make, while their pages arrive. */

import { type MaybeRefOrGetter, shallowRef, toValue } from "vue";
import { listHistoryByValue, type ReadingOfDevice, type ValueHistoryPage } from "@/api";
import { useCursorPages } from "@/app/useCursorPages";
import { resolvedRange } from "@/components/time/ranges";
import type { ValueSearch } from "./search";
import { byDevice, type Stretch, Stretches } from "./stretches";

const PAGE_SIZE = 5_000;
/** As many as a page can hold without becoming slow; a person can load as many again. */
const ITEMS_PER_LOAD = 20_000;
const PAGES_PER_LOAD = 100;

/**
 * Reads as soon as there is a search, and again with another one.
 *
 * @param gapSeconds returns how long a device of the type may be silent within a stretch.
 */
export function useValueHistory(
  search: MaybeRefOrGetter<ValueSearch | undefined>,
  gapSeconds: () => number | undefined,
) {
  const stretches = shallowRef<readonly Stretch[]>([]);
  let builder = new Stretches(0);
  let within: { from: string; to?: string } = { from: "" };

  const pages = useCursorPages<ReadingOfDevice, ValueHistoryPage>({
    key: () => (gapSeconds() === undefined ? undefined : JSON.stringify(toValue(search))),
    itemsPerLoad: ITEMS_PER_LOAD,
    pagesPerLoad: PAGES_PER_LOAD,
    onStart: () => {
      builder = new Stretches(gapSeconds() ?? 0);
      stretches.value = [];
      const range = toValue(search)?.range;
      if (range !== undefined) within = resolvedRange(range, Date.now());
    },
    read: async (cursor, signal) => {
      const { type, field, value, devices } = toValue(search) ?? { type: "", field: "", value: "", devices: [] };
      const query = { type_code: type, field, value, ...within, page_size: PAGE_SIZE, ...(cursor && { cursor }) };
      const chosen = devices.length > 0 ? { device_code: [...devices] } : {};
      return (await listHistoryByValue({ query: { ...query, ...chosen }, signal, throwOnError: true })).data;
    },
    onPage: ({ items }) => {
      builder.add(items);
      stretches.value = byDevice(builder.all);
    },
  });
  return { ...pages, stretches };
}
