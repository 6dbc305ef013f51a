/** The clock of the server, as far as its answers tell: the clock of a wall screen may be minutes off. */

import { computed, type Ref, ref, watch } from "vue";
import { refreshNow, useNow } from "@/app/useNow";

/** By how many milliseconds the server is ahead. */
const offset = ref(0);

/** Sets the clock by an instant that the server has just named. */
export function setServerClock(instant: string): void {
  refreshNow();
  offset.value = Date.parse(instant) - Date.now();
}

/** Sets the clock by each sample of live rows; there is none while the text is empty. */
export function followSamples(sampledAt: Readonly<Ref<string>>): void {
  watch(sampledAt, (instant) => {
    if (instant !== "") setServerClock(instant);
  });
}

/** Returns the time of the server in milliseconds since 1970, anew every second while a component uses it. */
export function useServerClock(): Readonly<Ref<number>> {
  const now = useNow();
  return computed(() => now.value + offset.value);
}
