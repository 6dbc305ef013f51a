/** The age of the data: the time since the newest reading of any device, by the clock of the server. */

import { computed, type ComputedRef } from "vue";
import { useNow } from "@/app/useNow";
import { NetworkError } from "@/session";
import type { ServerClock } from "./clock";
import type { WallState } from "./useWall";

/** Why the data are stale: `rejected` is a problem that the server has returned; `silent`: all works, but no device sends. */
export type StaleCause = "offline" | "unreachable" | "rejected" | "memory" | "silent";

export interface DataAge {
  /** By the clock of the server, in milliseconds; it moves once per second. */
  now: ComputedRef<number>;
  /** Undefined while no reading is known. */
  seconds: ComputedRef<number | undefined>;
  isStale: ComputedRef<boolean>;
  cause: ComputedRef<StaleCause>;
}

export function useDataAge(state: WallState, clock: ServerClock): DataAge {
  const tick = useNow();
  const now = computed(() => clock.at(tick.value));
  const seconds = computed(() => {
    const newest = state.status?.newest_reading_at;
    return newest === undefined || newest === null ? undefined : Math.max(0, (now.value - Date.parse(newest)) / 1000);
  });
  return {
    now,
    seconds,
    isStale: computed(() => (seconds.value ?? Infinity) > (state.type?.stale_after_seconds ?? 0)),
    cause: computed(() => causeOf(state)),
  };
}

function causeOf({ failure, status }: WallState): StaleCause {
  if (failure instanceof NetworkError) return navigator.onLine ? "unreachable" : "offline";
  if (failure !== undefined) return "rejected";
  return status?.source === "memory" ? "memory" : "silent";
}
