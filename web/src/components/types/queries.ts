/** The device types and their fields, which many pages read: under one key each, so that all of them share what was read. */

import { computed, type MaybeRefOrGetter, toValue } from "vue";
import { getType, listFields, listTypes } from "@/api";
import { useQuery } from "@/app/useQuery";

const PAGE_SIZE = 500;
const FRESH_MILLISECONDS = 300_000;

/** The pages that change types keep versions under keys of their own, which begin with the same word. */
export const typeKeys = {
  all: ["types"],
  listed: ["types", "shared", "list"],
  type: (code: string) => ["types", "shared", "type", code],
  fields: (code: string | undefined) => ["types", "shared", "fields", code],
};

/** The device types that are not retired. */
export function useTypes() {
  return useQuery({
    queryKey: typeKeys.listed,
    queryFn: async ({ signal }) =>
      (await listTypes({ query: { page_size: PAGE_SIZE }, signal, throwOnError: true })).data.items,
    staleTime: FRESH_MILLISECONDS,
  });
}

export function useType(typeCode: string) {
  return useQuery({
    queryKey: typeKeys.type(typeCode),
    queryFn: async ({ signal }) => (await getType({ path: { type_code: typeCode }, signal, throwOnError: true })).data,
    staleTime: FRESH_MILLISECONDS,
  });
}

/** The fields of a type, in order; none without a type. */
export function useFields(typeCode: MaybeRefOrGetter<string | undefined>) {
  const code = computed(() => toValue(typeCode));
  return useQuery({
    queryKey: computed(() => typeKeys.fields(code.value)),
    queryFn: async ({ signal }) =>
      (await listFields({ path: { type_code: code.value ?? "" }, signal, throwOnError: true })).data.fields,
    enabled: computed(() => code.value !== undefined),
    staleTime: FRESH_MILLISECONDS,
  });
}
