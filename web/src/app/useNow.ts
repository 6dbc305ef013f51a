/** The current time for countdowns and ages. */

import { onScopeDispose, readonly, type Ref, shallowRef } from "vue";

const TICK_MILLISECONDS = 1000;
const now = shallowRef(Date.now());
let users = 0;
let timer: ReturnType<typeof setInterval> | undefined;

/** Returns the time in milliseconds. It moves once per second; all components share one timer. */
export function useNow(): Readonly<Ref<number>> {
  // Not for each further user: a row that comes into view would draw all others again.
  if (users === 0) {
    refreshNow();
    timer = setInterval(refreshNow, TICK_MILLISECONDS);
  }
  users += 1;
  onScopeDispose(() => {
    users -= 1;
    if (users === 0) clearInterval(timer);
  });
  return readonly(now);
}

/** Sets the time at once, between two ticks. */
export function refreshNow(): void {
  now.value = Date.now();
}
