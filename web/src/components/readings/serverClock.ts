/** The clock of the server, as far as its answers tell: the clock of a wall screen may be minutes off. */

import { onScopeDispose, readonly, ref, type Ref } from "vue";

const TICK_MILLISECONDS = 1000;

let offset = 0;
let users = 0;
let timer: ReturnType<typeof setInterval> | undefined;
const now = ref(Date.now());

/** Sets the clock by an instant that the server has just named. */
export function setServerClock(instant: string): void {
  offset = Date.parse(instant) - Date.now();
  now.value = Date.now() + offset;
}

/** Returns the time of the server in milliseconds since 1970, anew every second while a component uses it. */
export function useServerClock(): Readonly<Ref<number>> {
  users += 1;
  timer ??= setInterval(() => (now.value = Date.now() + offset), TICK_MILLISECONDS);
  onScopeDispose(() => {
    users -= 1;
    if (users > 0) return;
    clearInterval(timer);
    timer = undefined;
  });
  return readonly(now);
}
