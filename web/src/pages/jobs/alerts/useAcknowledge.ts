/** Acknowledges alerts. */

import { useMutation, useQueryClient } from "@tanstack/vue-query";
import { acknowledgeJobAlert, type JobAlert } from "@/api";
import { jobKeys } from "../queries";

interface Acknowledgement {
  id: JobAlert["id"];
  note: string;
}

export function useAcknowledge() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: async ({ id, note }: Acknowledgement) =>
      (await acknowledgeJobAlert({ path: { alert_id: id }, body: { note }, throwOnError: true })).data,
    onSettled: () => cache.invalidateQueries({ queryKey: jobKeys.all }),
  });
}
