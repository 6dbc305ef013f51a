/** Acknowledges alarms, changes notes, and withdraws acknowledgements. */

import { useMutation } from "@tanstack/vue-query";
import { acknowledgeAlarm, type Acknowledgement, type Alarm, withdrawAcknowledgement } from "@/api";
import { ApiError } from "@/session";
import { readAcknowledgement } from "../queries";

const CONFLICT = 409;

/** Why the server rejected an acknowledgement, with that of another person if there is one. */
export class AcknowledgedByAnother extends Error {
  constructor(
    readonly problem: ApiError["problem"],
    readonly acknowledgement: Acknowledgement | undefined,
  ) {
    super(problem.detail);
  }
}

export function useAcknowledge() {
  return useMutation({
    mutationFn: async ({ alarm, note }: { alarm: Alarm; note: string }) => {
      try {
        const body = { device_code: alarm.device_code, start: alarm.start, note };
        return (await acknowledgeAlarm({ body, throwOnError: true })).data;
      } catch (error) {
        throw await explained(error, alarm);
      }
    },
  });
}

export function useWithdraw() {
  return useMutation({
    mutationFn: async ({ device_code, start }: Alarm) => {
      await withdrawAcknowledgement({ query: { device_code, start }, throwOnError: true });
    },
  });
}

/** Returns the error with the acknowledgement that is there; without it, if it cannot be read, as the reason remains the same. */
async function explained(error: unknown, alarm: Alarm): Promise<unknown> {
  if (!(error instanceof ApiError && error.status === CONFLICT)) return error;
  return new AcknowledgedByAnother(error.problem, await readAcknowledgement(alarm).catch(() => undefined));
}
