/** Loads the messages of a page while its components are loaded. */

import type { Router } from "vue-router";
import { loadMessages } from "./i18n";

export function loadMessagesOfPages(router: Router): void {
  let loading = Promise.resolve();
  router.beforeEach((to) => {
    loading = loadMessages(to.meta.messages ?? []);
    // It is awaited below; a navigation that is replaced by another one is not.
    loading.catch(() => undefined);
  });
  router.beforeResolve(() => loading);
}
