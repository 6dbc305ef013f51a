/** A text of a page that is kept in its URL, so that a reload and a shared link show the same. */

import { computed, type WritableComputedRef } from "vue";
import { useRoute, useRouter } from "vue-router";

export function useUrlValue(name: string): WritableComputedRef<string> {
  const route = useRoute();
  const router = useRouter();
  return computed({
    get: () => {
      const value = route.query[name];
      return (Array.isArray(value) ? value[0] : value) ?? "";
    },
    set: (value) => void router.replace({ query: { ...route.query, [name]: value || undefined } }),
  });
}
