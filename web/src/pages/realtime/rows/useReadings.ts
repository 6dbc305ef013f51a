/** The live rows as a new Map per tick, for what depends on all of them: the live ones are changed in place. */

import { type ShallowRef, shallowRef, watch } from "vue";
import { followSamples } from "@/components/readings/serverClock";
import type { LiveRows } from "@/live";
import type { Reading } from "@/components/readings/reading";

export function useReadings(live: LiveRows): Readonly<ShallowRef<ReadonlyMap<string, Reading>>> {
  const readings = shallowRef<ReadonlyMap<string, Reading>>(new Map());
  watch(live.version, () => (readings.value = new Map(live.rows)), { immediate: true });
  followSamples(live.sampledAt);
  return readings;
}
