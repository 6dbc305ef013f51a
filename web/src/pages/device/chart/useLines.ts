/** The chosen fields with what their lines need: label, unit, look and axis. */

import { computed, type ComputedRef, type Ref } from "vue";
import type { FieldDefinition } from "@/api";
import { useTokens } from "@/components/chart/useTokens";
import { useLabelOf } from "@/components/types/useLabelOf";
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
  const labelOf = useLabelOf();
  const tokens = useTokens();
  return computed(() => {
    const units = unitsOf(chosen.value, fields);
    return chosen.value.flatMap((name, index) => {
      const field = fields.find((each) => each.name === name);
      if (field === undefined) return [];
      return [{ field, label: labelOf(field), look: lookOf(index, tokens.value), axis: units.indexOf(field.unit) }];
    });
  });
}
