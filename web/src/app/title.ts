/** The title of the document: that of the page, in the language of the page. */

import { onBeforeUnmount, ref, type Ref, watch, watchEffect } from "vue";
import { useI18n } from "vue-i18n";
import { useRoute } from "vue-router";

const PRODUCT = "arcbeat";
const ownTitle = ref<string>();

/** Keeps the title of the document up to date. For App.vue. */
export function useDocumentTitle(): void {
  const { t } = useI18n();
  const route = useRoute();
  watchEffect(() => {
    const title = ownTitle.value ?? (route.meta.title === undefined ? undefined : t(route.meta.title));
    document.title = title === undefined ? PRODUCT : `${title} · ${PRODUCT}`;
  });
}

/** Gives the page a title that only it knows, for example the name of a job, instead of that of its route. */
export function usePageTitle(title: Readonly<Ref<string | undefined>>): void {
  watch(title, (value) => (ownTitle.value = value), { immediate: true });
  onBeforeUnmount(() => (ownTitle.value = undefined));
}
