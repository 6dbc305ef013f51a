/** The time of the server: computers on a shop floor are often minutes ahead or behind, and a run that goes on would seem to end before it began. */

import { onScopeDispose, readonly, type Ref, shallowRef, watch } from "vue";

/** `Date` counts whole seconds, and the answer was under way. */
const NOISE_MILLISECONDS = 2_000;
const TICK_MILLISECONDS = 1_000;

/** Returns by how many milliseconds the server is ahead of `now`, from the header `Date`; 0 for a difference that may be noise. */
export function clockOffset(date: string | null, now: number): number {
  const offset = date === null ? 0 : Date.parse(date) - now;
  return Number.isFinite(offset) && Math.abs(offset) > NOISE_MILLISECONDS ? offset : 0;
}

/** Returns the time in milliseconds, while `active` once per second. A hidden tab draws no frames, so it does not tick. */
export function useTicking(active: () => boolean): Readonly<Ref<number>> {
  const now = shallowRef(Date.now());
  let frame = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function stop(): void {
    clearTimeout(timer);
    cancelAnimationFrame(frame);
  }

  function schedule(): void {
    timer = setTimeout(() => {
      frame = requestAnimationFrame(tick);
    }, TICK_MILLISECONDS);
  }

  function tick(): void {
    now.value = Date.now();
    schedule();
  }

  watch(
    active,
    (isActive) => {
      stop();
      now.value = Date.now();
      if (isActive) schedule();
    },
    { immediate: true },
  );
  onScopeDispose(stop);
  return readonly(now);
}
