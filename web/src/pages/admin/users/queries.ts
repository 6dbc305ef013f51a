/** Changes of users, and under which keys the list is cached. */

import { useMutation, useQueryClient } from "@tanstack/vue-query";
import { createUser, deleteUser, updateUser, type UserChange, type UserCreate } from "@/api";

export const userKeys = { all: ["users"], list: ["users", "list"] };

/** What becomes of the API keys of a user who loses rights. */
export const KEYS_CHOICES = ["transfer", "keep", "revoke"] as const;
export type KeysChoice = (typeof KEYS_CHOICES)[number];

interface Affected {
  username: string;
  keys: KeysChoice | undefined;
}

export function useCreateUser() {
  const settled = useRefresh();
  return useMutation({
    mutationFn: (body: UserCreate) => createUser({ body, throwOnError: true }),
    onSuccess: settled,
    gcTime: 0, // it contains a password
  });
}

export function useChangeUser() {
  const settled = useRefresh();
  return useMutation({
    mutationFn: ({ username, keys, body }: Affected & { body: UserChange }) =>
      updateUser({ path: { username }, query: keys ? { keys } : {}, body, throwOnError: true }),
    onSuccess: settled,
    gcTime: 0, // it may contain a password
  });
}

export function useDeleteUser() {
  const settled = useRefresh();
  return useMutation({
    mutationFn: ({ username, keys }: Affected) =>
      deleteUser({ path: { username }, query: keys ? { keys } : {}, throwOnError: true }),
    onSuccess: settled,
  });
}

/** The list may show keys whose owner has changed. */
function useRefresh() {
  const cache = useQueryClient();
  return () =>
    cache.invalidateQueries({ predicate: ({ queryKey }) => ["users", "keys"].includes(String(queryKey[0])) });
}
