/** What the pages of API keys and of wall links read from the API and change with it, and under which keys it is cached. */

import { useMutation, useQueryClient } from "@tanstack/vue-query";
import { type ApiKey, type ApiKeyCreate, type ApiKeyPurpose, createApiKey, listApiKeys, revokeApiKey } from "@/api";
import { usePagedList } from "@/components/lists/usePagedList";

export const keyKeys = { all: ["keys"], list: (purpose: ApiKeyPurpose) => ["keys", "list", purpose] };

export function useKeyList(purpose: ApiKeyPurpose) {
  return usePagedList(
    () => keyKeys.list(purpose),
    async ({ page, page_size }, signal) =>
      (await listApiKeys({ query: { page, page_size, purpose }, signal, throwOnError: true })).data,
  );
}

/** Creates a key. The response contains its secret, so nothing keeps it. */
export function useCreateKey() {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: async (body: ApiKeyCreate) => (await createApiKey({ body, throwOnError: true })).data,
    onSuccess: refresh,
    gcTime: 0,
  });
}

export function useRevokeKey() {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: ({ api_key_id }: ApiKey) => revokeApiKey({ path: { api_key_id }, throwOnError: true }),
    onSuccess: refresh,
  });
}

function useRefresh() {
  const cache = useQueryClient();
  return () => cache.invalidateQueries({ queryKey: keyKeys.all });
}
