/** The title of the document: that of the page, in the language of the page. */

import { watchEffect } from "vue";
import { useI18n } from "vue-i18n";
import { useRoute } from "vue-router";

const PRODUCT = "arcbeat";

/** Keeps the title of the document up to date. For App.vue. */
export function useDocumentTitle(): void {
  const { t } = useI18n();
  const route = useRoute();
  watchEffect(() => {
    const { params } = route;
    const { title } = route.meta;
    document.title = title === undefined ? PRODUCT : `${t(title, params)} · ${PRODUCT}`;
  });
}
