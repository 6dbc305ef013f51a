/** The chosen fields with what their lines need: label, unit, look and axis. */

import { computed, type ComputedRef, type Ref } from "vue";
import { useI18n } from "vue-i18n";
import type { FieldDefinition } from "@/api";
import { useTokens } from "@/components/chart/useTokens";
import { unitsOf } from "./data/choice";
import { type LineLook, lookOf } from "./plot/looks";

export interface FieldLine {
  readonly field: FieldDefinition;
  readonly label: string;
  readonly look: LineLook;
  readonly axis: number;
}

export function useLines(
  fields: readonly FieldDefinition[],
  chosen: Readonly<Ref<readonly string[]>>,
): ComputedRef<readonly FieldLine[]> {
  const { locale } = useI18n();
  const tokens = useTokens();
  return computed(() => {
    const units = unitsOf(chosen.value, fields);
    return chosen.value.flatMap((name, index) => {
      const field = fields.find((each) => each.name === name);
      if (field === undefined) return [];
      const label = locale.value === "en" ? field.labels.en : field.labels.zh;
      return [{ field, label, look: lookOf(index, tokens.value), axis: units.indexOf(field.unit) }];
    });
  });
}
