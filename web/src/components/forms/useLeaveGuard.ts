/** Asks before a page is left whose changes are not stored. */

import { onBeforeUnmount, onMounted, type Ref, ref } from "vue";
import { onBeforeRouteLeave, onBeforeRouteUpdate } from "vue-router";
import { useSession } from "@/session";

export function useLeaveGuard(hasChanges: Readonly<Ref<boolean>>) {
  const session = useSession();
  const isAsking = ref(false);
  let answer: ((leave: boolean) => void) | undefined;

  function mayLeave(): boolean | Promise<boolean> {
    // The page of a session that has ended is left in any case.
    if (!hasChanges.value || session.user === undefined) return true;
    isAsking.value = true;
    return new Promise<boolean>((resolve) => (answer = resolve));
  }
  onBeforeRouteLeave(mayLeave);
  // The same page of something else, for example by the history of the browser.
  onBeforeRouteUpdate((to, from) => JSON.stringify(to.params) === JSON.stringify(from.params) || mayLeave());

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
