/** Stays on the page while an answer is awaited that would be lost with the page, for example a secret that is shown once. */

import { onBeforeRouteLeave } from "vue-router";
import { useSession } from "@/session";

export function useStay(isWaiting: () => boolean): void {
  const session = useSession();
  // The page of a session that has ended is left in any case.
  onBeforeRouteLeave(() => session.user === undefined || !isWaiting());
}
