/** The device types and teams that a wall link may choose. */

import { computed, type Ref } from "vue";
import { getBoardStatus, listTypes } from "@/api";
import { useQuery } from "@/app/useQuery";

const TYPES_PAGE_SIZE = 500;

export function useTypes() {
  return useQuery({
    queryKey: ["wall-links", "types"],
    queryFn: async ({ signal }) =>
      (await listTypes({ query: { page_size: TYPES_PAGE_SIZE }, signal, throwOnError: true })).data.items,
  });
}

/** The teams that have devices of a type. */
export function useTeams(typeCode: Readonly<Ref<string>>) {
  return useQuery({
    queryKey: computed(() => ["wall-links", "teams", typeCode.value]),
    queryFn: async ({ signal }) => {
      const { data } = await getBoardStatus({ query: { type_code: typeCode.value }, signal, throwOnError: true });
      return data.by_team.flatMap(({ team_name }) => team_name ?? []);
    },
    enabled: computed(() => typeCode.value !== ""),
  });
}
