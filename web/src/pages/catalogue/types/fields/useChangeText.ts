/** What a save will do, in words. */

import { computed, type Ref } from "vue";
import { useI18n } from "vue-i18n";
import type { Changes } from "./drafts";

export function useChangeText(changes: Readonly<Ref<Changes>>) {
  const { t } = useI18n();
  return computed(() => {
    const { added, removed, changed, isReordered } = changes.value;
    const parts = [
      added.length > 0 && t("types.fields.change.added", { count: added.length }),
      changed.length > 0 && t("types.fields.change.changed", { count: changed.length }),
      removed.length > 0 && t("types.fields.change.removed", { count: removed.length }),
      isReordered && t("types.fields.change.reordered"),
    ].filter(Boolean);
    return parts.length === 0 ? "" : t("types.fields.change.unsaved", { changes: parts.join(t("types.separator")) });
  });
}
