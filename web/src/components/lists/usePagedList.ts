/** A list that the server returns page by page. The URL holds the page and the search. */

import { keepPreviousData } from "@tanstack/vue-query";
import { refDebounced } from "./refDebounced";
import { computed, type Ref, ref, watch, type WritableComputedRef } from "vue";
import { type LocationQuery, useRoute, useRouter } from "vue-router";
import { useQuery } from "@/app/useQuery";

const PAGE_SIZE = 25;
/** A search waits for the next key this long. */
const TYPING_MILLISECONDS = 250;

export interface PageRequest {
  page: number;
  page_size: number;
  keyword?: string;
}

export interface Page<Item> {
  items: Item[];
  total: number;
}

export interface PagedList<Item> {
  page: WritableComputedRef<number>;
  pageSize: number;
  /** What is typed into the search. */
  text: Ref<string>;
  data: Readonly<Ref<Page<Item> | undefined>>;
  error: Readonly<Ref<unknown>>;
  isPlaceholderData: Readonly<Ref<boolean>>;
  refetch: () => unknown;
}

/** Returns a list. Queries that begin with the `key` are read again after a change. */
export function usePagedList<Item>(
  key: () => readonly unknown[],
  read: (request: PageRequest, signal: AbortSignal) => Promise<Page<Item>>,
): PagedList<Item> {
  const { page, text, keyword } = useListUrl();
  const request = computed<PageRequest>(() => ({
    page: page.value,
    page_size: PAGE_SIZE,
    ...(keyword.value !== "" && { keyword: keyword.value }),
  }));
  const { data, error, isPlaceholderData, refetch } = useQuery({
    queryKey: computed(() => [...key(), request.value]),
    queryFn: ({ signal }: { signal: AbortSignal }) => read(request.value, signal),
    placeholderData: keepPreviousData,
  });
  // The last item of the last page may have been deleted.
  watch(data, (found) => {
    if (found && found.items.length === 0 && page.value > 1) page.value = Math.ceil(found.total / PAGE_SIZE);
  });
  return { page, pageSize: PAGE_SIZE, text, data, error, isPlaceholderData, refetch };
}

function useListUrl(): { page: WritableComputedRef<number>; text: Ref<string>; keyword: Readonly<Ref<string>> } {
  const route = useRoute();
  const router = useRouter();
  const set = (change: Record<string, string | undefined>): void =>
    void router.replace({ query: { ...route.query, ...change } });
  const page = computed({
    get: () => pageOf(route.query),
    set: (value) => {
      set({ page: value > 1 ? String(value) : undefined });
    },
  });
  const keyword = computed(() => (typeof route.query.q === "string" ? route.query.q : ""));
  let written = keyword.value;
  // The URL follows a moment later: an input that waits for it would show the text before, and lose the place of the cursor.
  const text = ref(written);
  watch(refDebounced(text, TYPING_MILLISECONDS), (typed) => {
    written = typed;
    // Another search begins on the first page.
    if (typed !== keyword.value) set({ q: typed || undefined, page: undefined });
  });
  watch(keyword, (inUrl) => {
    if (inUrl !== written) written = text.value = inUrl;
  });
  return { page, text, keyword };
}

/** Returns the page that a URL names; the first one if it names none. */
export function pageOf({ page }: LocationQuery): number {
  return typeof page === "string" && /^[1-9]\d{0,8}$/.test(page) ? Number(page) : 1;
}
