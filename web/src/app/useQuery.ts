/** Queries whose error stays until there is data: a query that is read every few seconds would show its placeholder in between. */

import { useQuery as observe } from "@tanstack/vue-query";
import { computed, type Ref, shallowRef, watch } from "vue";

interface Observed {
  readonly data: Readonly<Ref<unknown>>;
  readonly error: Readonly<Ref<unknown>>;
  /** 0 for a query that has never failed, for example that of another page. */
  readonly errorUpdateCount: Readonly<Ref<number>>;
}

/** As `useQuery` of vue-query, but `error` remains while a query without data is attempted again. */
export const useQuery = ((...options: Parameters<typeof observe>) => {
  const query = observe(...options);
  return { ...query, error: keptError(query) };
}) as typeof observe;

function keptError({ data, error, errorUpdateCount }: Observed): Readonly<Ref<unknown>> {
  const last = shallowRef<unknown>(null);
  watch(error, (value) => (last.value = value ?? last.value), { immediate: true, flush: "sync" });
  return computed(() => error.value ?? (data.value === undefined && errorUpdateCount.value > 0 ? last.value : null));
}
