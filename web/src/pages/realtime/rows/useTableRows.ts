/** All devices of a type that match the choices, by snapshot and deltas, in an order that waits while a person looks. */

import { computed, type Ref, shallowRef } from "vue";
import type { DeviceType } from "@/api";
import type { Reading } from "@/components/readings/reading";
import type { Ordering } from "@/components/table/order";
import { useFrozenOrder } from "@/components/table/useFrozenOrder";
import { type Update, useLiveTable } from "@/live";
import { CODE_KEY } from "../columns/columns";
import type { Choices } from "../url/parameters";
import { countsOfReadings } from "./counts";
import { liveFilters } from "./filters";
import { type Devices, matches, sortValue } from "./readings";
import { useReadings } from "./useReadings";

export function useTableRows(type: DeviceType, choices: Readonly<Ref<Choices>>, devices: Readonly<Ref<Devices>>) {
  const live = useLiveTable(type.type_code, () => liveFilters(choices.value));
  const readings = useReadings(live);
  const held = shallowRef(false);

  // Only these choices order anew: opening the details of a device does not.
  const search = computed(() => choices.value.search);
  const column = computed(() => choices.value.sort?.column ?? CODE_KEY);
  const descending = computed(() => choices.value.sort?.descending ?? false);
  const ordering = computed<Ordering<Reading>>(() => {
    const [words, key, known] = [search.value, column.value, devices.value];
    return {
      value: (reading) => sortValue(reading, known, key),
      descending: descending.value,
      accepts: (reading, code) => matches(reading, known.get(code), words),
    };
  });
  const order = useFrozenOrder<Reading>({
    rows: () => live.rows,
    version: live.version,
    changed: () => changedCodes(live.update),
    ordering: () => ordering.value,
    held,
  });

  return {
    live,
    readings,
    order,
    hold: (isHeld: boolean) => (held.value = isHeld),
    hasRows: computed(() => live.sampledAt.value !== ""),
    counts: computed(() => countsOfReadings(type, readings.value.values())),
  };
}

/** A snapshot may be that of another filter, so it orders all rows. */
function changedCodes(update: Update | undefined): string[] | undefined {
  if (update === undefined || update.kind === "snapshot") return undefined;
  return [...update.changed, ...update.removed];
}
