/** The age of the data: the time since the newest reading of any device, by the clock of the server. */

import { computed, type ComputedRef } from "vue";
import { useNow } from "@/app/useNow";
import { NetworkError } from "@/session";
import type { ServerClock } from "./clock";
import type { WallState } from "./useWall";

/** Why the data are stale: `rejected` is a problem that the server has returned; `silent`: all works, but no device sends. */
export type StaleCause = "offline" | "unreachable" | "rejected" | "memory" | "silent";

/** Longer than a round whose requests are all slow. */
const ALARMS_SECONDS_MAX = 60;

export interface DataAge {
  /** By the clock of the server, in milliseconds; it moves once per second. */
  now: ComputedRef<number>;
  /** Undefined while no reading is known. */
  seconds: ComputedRef<number | undefined>;
  /** The readings are old, or the alarms are not known. */
  isStale: ComputedRef<boolean>;
  /** If the data are stale: until when they are known, in milliseconds. */
  until: ComputedRef<number | undefined>;
  cause: ComputedRef<StaleCause>;
}

export function useDataAge(state: WallState, clock: ServerClock): DataAge {
  const tick = useNow();
  const now = computed(() => clock.at(tick.value));
  const newest = computed(() => momentOf(state.status?.newest_reading_at));
  const seconds = computed(() =>
    newest.value === undefined ? undefined : Math.max(0, (now.value - newest.value) / 1000),
  );
  const areReadingsOld = computed(() => (seconds.value ?? Infinity) > (state.type?.stale_after_seconds ?? 0));
  return {
    now,
    seconds,
    isStale: computed(() => areReadingsOld.value || areAlarmsOld(state, now.value)),
    until: computed(() => (areReadingsOld.value ? newest.value : (state.alarmsAt ?? newest.value))),
    cause: computed(() => causeOf(state)),
  };
}

/** Until they were read once, only a failure tells that they do not come. */
function areAlarmsOld({ alarmsAt, failure }: WallState, now: number): boolean {
  return alarmsAt === undefined ? failure !== undefined : now - alarmsAt > ALARMS_SECONDS_MAX * 1000;
}

function momentOf(text: string | null | undefined): number | undefined {
  return text === undefined || text === null ? undefined : Date.parse(text);
}

function causeOf({ failure, status }: WallState): StaleCause {
  if (failure instanceof NetworkError) return navigator.onLine ? "unreachable" : "offline";
  if (failure !== undefined) return "rejected";
  return status?.source === "memory" ? "memory" : "silent";
}
