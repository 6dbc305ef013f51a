/** The open and the past alarms that match filters, and how commands change both. */

import { computed, type MaybeRefOrGetter, toValue } from "vue";
import type { Alarm, DeviceType } from "@/api";
import type { RangeChoice } from "@/components/time/ranges";
import { typeNamed } from "@/components/types/typeNamed";
import { type AlarmFilters, matches } from "./filters/filters";
import { type AcknowledgementOf, keyOf } from "./list/alarms";
import { useOpenAlarms } from "./open/useOpenAlarms";
import { usePastAlarms } from "./past/usePastAlarms";

export interface AlarmListsOptions {
  /** The types with alarm states; undefined as long as they are not known. */
  readonly types: () => readonly DeviceType[] | undefined;
  readonly filters: MaybeRefOrGetter<AlarmFilters>;
  readonly range: MaybeRefOrGetter<RangeChoice>;
}

export function useAlarmLists({ types, filters, range }: AlarmListsOptions) {
  const accepts = (alarm: Alarm): boolean => matches(alarm, toValue(filters), types() ?? []);

  const past = usePastAlarms({ filters, range, accepts });
  const open = useOpenAlarms({
    typeCodes: () => typeCodesOf(types(), toValue(filters).type),
    device: () => toValue(filters).device,
    onChange: past.follow,
    onMissedEnd: past.catchUp,
  });
  const openKeys = computed(() => new Set(open.alarms.value.map(keyOf)));

  return {
    open: { ...open, alarms: computed(() => open.alarms.value.filter(accepts)) },
    past: { ...past, alarms: computed(() => past.alarms.value.filter((alarm) => !openKeys.value.has(keyOf(alarm)))) },
    /** Shows an acknowledgement in both lists before the server sends it. */
    acknowledge: (change: AcknowledgementOf): void => {
      open.acknowledge(change);
      past.acknowledge([change]);
    },
  };
}

function typeCodesOf(types: readonly DeviceType[] | undefined, chosen: string | undefined): string[] | undefined {
  if (types === undefined) return undefined;
  if (chosen === undefined) return types.map(({ type_code }) => type_code);
  const type = typeNamed(chosen, types);
  return type === undefined ? [] : [type.type_code];
}
