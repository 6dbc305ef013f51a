/** Asks before a page is left whose changes are not stored. */

import { onBeforeUnmount, onMounted, type Ref, ref } from "vue";
import { onBeforeRouteLeave } from "vue-router";

export function useLeaveGuard(hasChanges: Readonly<Ref<boolean>>) {
  const isAsking = ref(false);
  let answer: ((leave: boolean) => void) | undefined;

  onBeforeRouteLeave(() => {
    if (!hasChanges.value) return true;
    isAsking.value = true;
    return new Promise<boolean>((resolve) => (answer = resolve));
  });

  function decide(leave: boolean): void {
    isAsking.value = false;
    answer?.(leave);
    answer = undefined;
  }

  /** A closed or reloaded tab: the browser asks in its own words. */
  function beforeUnload(event: BeforeUnloadEvent): void {
    if (hasChanges.value) event.preventDefault();
  }
  onMounted(() => {
    addEventListener("beforeunload", beforeUnload);
  });
  onBeforeUnmount(() => {
    removeEventListener("beforeunload", beforeUnload);
  });

  const leave = (): void => {
    decide(true);
  };
  const stay = (): void => {
    decide(false);
  };
  return { isAsking, leave, stay };
}
