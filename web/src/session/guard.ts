/** Leads to the login page and back. */

import type { QueryClient } from "@tanstack/vue-query";
import type { Router } from "vue-router";
import { tokens } from "./tab";

/** Pages need a session, unless their route is `anonymous`. A page in use is left when its session ends. */
export function guard(router: Router, queryClient: QueryClient): void {
  router.beforeEach((to) => to.meta.anonymous || tokens.isActive || { name: "login", query: { to: to.fullPath } });
  tokens.onEnd((reason) => {
    queryClient.clear();
    const { meta, fullPath } = router.currentRoute.value;
    const query = reason === "logged-out" ? {} : { to: fullPath };
    if (!meta.anonymous) void router.replace({ name: "login", query });
  });
}
