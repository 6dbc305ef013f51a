/** The columns of a device type as this browser shows them. */

import { computed, ref, type Ref, watch } from "vue";
import { limitedWidth } from "@/components/table/columns";
import type { Column } from "./columns";
import { arranged, isHidden, moved, NO_PREFERENCES, parsePreferences, withHidden } from "./preferences";

const STORAGE_PREFIX = "arcbeat.realtime.columns.";

export function useColumns(typeCode: string, columns: Readonly<Ref<readonly Column[]>>) {
  const storageKey = STORAGE_PREFIX + typeCode;
  const preferences = ref(parsePreferences(localStorage.getItem(storageKey)));
  watch(preferences, (value) => {
    if (value === NO_PREFERENCES) localStorage.removeItem(storageKey);
    else localStorage.setItem(storageKey, JSON.stringify(value));
  });

  const all = computed(() => arranged(columns.value, preferences.value));
  return {
    /** All columns in their order. */
    all,
    byKey: computed(() => new Map(columns.value.map((column) => [column.key, column]))),
    visible: computed(() => all.value.filter((column) => !isHidden(column, preferences.value))),
    isHidden: (column: Column): boolean => isHidden(column, preferences.value),
    setHidden(key: string, hidden: boolean): void {
      preferences.value = withHidden(preferences.value, key, hidden);
    },
    /** Moves a column to a position among all columns. */
    move(key: string, to: number): void {
      const order = moved(
        all.value.map((column) => column.key),
        key,
        to,
      );
      preferences.value = { ...preferences.value, order };
    },
    /** Sets the order of some columns; the others keep their place after the one before them. */
    arrange(order: readonly string[]): void {
      preferences.value = { ...preferences.value, order };
    },
    resize(key: string, width: number): void {
      preferences.value = { ...preferences.value, widths: { ...preferences.value.widths, [key]: limitedWidth(width) } };
    },
    reset(): void {
      preferences.value = NO_PREFERENCES;
    },
  };
}

export type Columns = ReturnType<typeof useColumns>;
