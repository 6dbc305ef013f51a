/**
 * The pages of a list that the API returns by cursor, read one after the other. A page may be short or empty without being
 * the last one, so reading continues by itself until there is enough, the limit is reached, or the person stops it.
 */

import { onScopeDispose, type Ref, readonly, ref, type ShallowRef, shallowRef, watch } from "vue";

export interface CursorPage<Item> {
  readonly items: readonly Item[];
  readonly next_cursor: string | null;
}

/** `paused`: there are further pages, which `load` reads. */
export type CursorStatus = "loading" | "paused" | "complete" | "failed";

export interface CursorOptions<Item, Page extends CursorPage<Item>> {
  readonly read: (cursor: string | undefined, signal: AbortSignal) => Promise<Page>;
  /** Reading begins again whenever this text changes; nothing is read without one. */
  readonly key: () => string | undefined;
  /** Reading pauses after so many items, or after so many pages. */
  readonly itemsPerLoad: number;
  readonly pagesPerLoad: number;
  /** Is called before the first page is read. */
  readonly onStart?: () => void;
  readonly onPage?: (page: Page) => void;
}

export interface CursorPages<Item> {
  readonly items: ShallowRef<readonly Item[]>;
  readonly status: Readonly<Ref<CursorStatus>>;
  readonly error: Readonly<Ref<unknown>>;
  /** Pages that were read. */
  readonly pages: Readonly<Ref<number>>;
  /** Reads further pages, or the page again that has failed. */
  load(): void;
  stop(): void;
  /** Reads from the beginning. */
  restart(): void;
}

export function useCursorPages<Item, Page extends CursorPage<Item>>(
  options: CursorOptions<Item, Page>,
): CursorPages<Item> {
  const items = shallowRef<readonly Item[]>([]);
  const status = ref<CursorStatus>("paused");
  const error = shallowRef<unknown>();
  const pages = ref(0);
  let cursor: string | undefined;
  let reading = new AbortController();

  function load(): void {
    if (status.value === "loading" || status.value === "complete" || options.key() === undefined) return;
    reading = new AbortController();
    void readPages(reading.signal);
  }

  async function readPages(signal: AbortSignal): Promise<void> {
    status.value = "loading";
    error.value = undefined;
    const [itemsBefore, pagesBefore] = [items.value.length, pages.value];
    const isEnough = (): boolean =>
      items.value.length - itemsBefore >= options.itemsPerLoad || pages.value - pagesBefore >= options.pagesPerLoad;
    try {
      do take(await options.read(cursor, signal), signal);
      while (!signal.aborted && cursor !== undefined && !isEnough());
      if (!signal.aborted) status.value = cursor === undefined ? "complete" : "paused";
    } catch (failure) {
      if (!signal.aborted) fail(failure);
    }
  }

  function take(page: Page, signal: AbortSignal): void {
    // A page that arrives after the stop is read again by the next load.
    if (signal.aborted) return;
    options.onPage?.(page);
    if (page.items.length > 0) items.value = [...items.value, ...page.items];
    pages.value += 1;
    cursor = page.next_cursor ?? undefined;
  }

  function fail(failure: unknown): void {
    error.value = failure;
    status.value = "failed";
  }

  function stop(): void {
    reading.abort();
    if (status.value === "loading") status.value = "paused";
  }

  function restart(): void {
    stop();
    items.value = [];
    pages.value = 0;
    cursor = error.value = undefined;
    status.value = "paused";
    options.onStart?.();
    load();
  }

  watch(options.key, restart, { immediate: true });
  onScopeDispose(stop);
  return { items, status: readonly(status), error, pages: readonly(pages), load, stop, restart };
}
