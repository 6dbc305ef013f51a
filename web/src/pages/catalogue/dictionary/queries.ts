/** What the pages of the dictionary read from the API and change with it, and under which keys it is cached. */

import { useMutation, useQueryClient } from "@tanstack/vue-query";
import {
  deleteDictData,
  deleteDictType,
  type DictData,
  type DictDataCreate,
  type DictType,
  getDictData,
  getDictType,
} from "@/api";
import { useQuery } from "@/app/useQuery";
import type { Stored } from "@/components/forms/useEditor";

export const dictionaryKeys = {
  all: ["dictionary"],
  types: ["dictionary", "types"],
  type: (id: number) => ["dictionary", "type", id],
  data: (id: number, enabled: boolean | undefined) => ["dictionary", "data", id, enabled],
};

/** A dictionary type as its form edits it. */
export interface TypeForm {
  dict_name: string;
  /** Null for none. */
  description: string | null;
}

/** Dictionary data as their form edits them. */
export type DataForm = Required<Omit<DictDataCreate, "dict_type_id">>;

export function useDictType(id: number) {
  return useQuery({
    queryKey: dictionaryKeys.type(id),
    queryFn: async ({ signal }) => (await getDictType({ path: { dict_type_id: id }, signal, throwOnError: true })).data,
  });
}

export async function readType(id: number): Promise<Stored<TypeForm>> {
  const { data, response } = await getDictType({ path: { dict_type_id: id }, throwOnError: true });
  return { values: { dict_name: data.dict_name, description: data.description }, etag: etagOf(response) };
}

export async function readData(id: number): Promise<Stored<DataForm>> {
  const { data, response } = await getDictData({ path: { dict_data_id: id }, throwOnError: true });
  const { data_label, data_value, order, enabled, late_after_seconds, stale_after_seconds } = data;
  const values = { data_label, data_value, order, enabled, late_after_seconds, stale_after_seconds };
  return { values, etag: etagOf(response) };
}

/** Returns the function that reads the lists again after a change. */
export function useRefresh(): () => Promise<void> {
  const cache = useQueryClient();
  return () => cache.invalidateQueries({ queryKey: dictionaryKeys.all });
}

/** Deletes a dictionary type, if it has not been changed since it was read. */
export function useDeleteType() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: async ({ id }: DictType) => {
      const { etag } = await readType(id);
      await deleteDictType({ path: { dict_type_id: id }, headers: { "If-Match": etag }, throwOnError: true });
    },
    // The page of the deleted type must not read it again.
    onSuccess: () => cache.invalidateQueries({ queryKey: dictionaryKeys.types }),
  });
}

export function useDeleteData() {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: async ({ id }: DictData) => {
      const { etag } = await readData(id);
      await deleteDictData({ path: { dict_data_id: id }, headers: { "If-Match": etag }, throwOnError: true });
    },
    onSuccess: () => refresh(),
  });
}

function etagOf(response: Response): string {
  return response.headers.get("ETag") ?? "";
}
