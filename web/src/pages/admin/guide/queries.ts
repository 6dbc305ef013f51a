/** What the guide asks the API for, again and again: its steps are done elsewhere, too. */

import type { Ref } from "vue";
import {
  getBoardStatus,
  getReadiness,
  listDevices,
  listSuperTables,
  listTypes,
  type Readiness,
  type StoredSuperTable,
} from "@/api";
import { useQuery } from "@/app/useQuery";
import { NetworkError, unwrapped } from "@/session";

const AGAIN_MILLISECONDS = 5_000;
const PAGE_SIZE = 500;
/** At most 10 000 super tables are listed, as the store lists them. */
const PAGES_MAX = 20;

/** The state of the stores, also of a service that is not ready. */
export function useReadiness() {
  return useQuery({
    queryKey: ["guide", "readiness"],
    queryFn: async ({ signal }) => {
      try {
        return await unwrapped(getReadiness({ signal }));
      } catch (error) {
        return readinessIn(error);
      }
    },
    refetchInterval: AGAIN_MILLISECONDS,
  });
}

/** With the status 503 the same body describes what is not ready. */
function readinessIn(error: unknown): Readiness {
  const body = error instanceof NetworkError ? error.cause : undefined;
  if (typeof body === "object" && body !== null && "dependencies" in body) return body as Readiness;
  throw error;
}

export interface SuperTables {
  readonly product: string;
  readonly items: readonly StoredSuperTable[];
}

export function useSuperTables() {
  return useQuery({
    queryKey: ["guide", "super-tables"],
    queryFn: async ({ signal }): Promise<SuperTables> => {
      const items: StoredSuperTable[] = [];
      for (let page = 1; ; page += 1) {
        const query = { page, page_size: PAGE_SIZE };
        const found = await unwrapped(listSuperTables({ query, signal }));
        items.push(...found.items);
        if (items.length >= found.total || page === PAGES_MAX) return { product: found.product, items };
      }
    },
    refetchInterval: AGAIN_MILLISECONDS,
  });
}

export function useTypes() {
  return useQuery({
    queryKey: ["guide", "types"],
    queryFn: async ({ signal }) => (await unwrapped(listTypes({ query: { page_size: PAGE_SIZE }, signal }))).items,
    refetchInterval: AGAIN_MILLISECONDS,
  });
}

/** The number of registered devices of a type. */
export function useRegistered(typeCode: Readonly<Ref<string>>) {
  return useQuery({
    queryKey: ["guide", "registered", typeCode],
    queryFn: async ({ signal }) => {
      const query = { type_code: typeCode.value, page_size: 1 };
      return (await unwrapped(listDevices({ query, signal }))).total;
    },
    enabled: () => typeCode.value !== "",
    refetchInterval: AGAIN_MILLISECONDS,
  });
}

export function useStatus(typeCode: Readonly<Ref<string>>) {
  return useQuery({
    queryKey: ["guide", "status", typeCode],
    queryFn: ({ signal }) => unwrapped(getBoardStatus({ query: { type_code: typeCode.value }, signal })),
    enabled: () => typeCode.value !== "",
    refetchInterval: AGAIN_MILLISECONDS,
  });
}
