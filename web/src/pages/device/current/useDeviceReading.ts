/** The newest reading of the device: live, and by requests for as long as the live connection has none. */

import { computed, type ComputedRef, shallowRef, watch } from "vue";
import type { DeviceType, Freshness } from "@/api";
import type { Reading } from "@/components/readings/reading";
import { followSamples, useServerClock } from "@/components/readings/serverClock";
import { useLiveDevices } from "@/live";
import { useLatest } from "../queries";
import { aged } from "./freshness";

export function useDeviceReading(type: DeviceType, code: string) {
  const live = useLiveDevices(type.type_code, [code]);
  const row = shallowRef<Reading>();
  watch(live.version, () => (row.value = live.rows.get(code)), { immediate: true });
  followSamples(live.sampledAt);
  const latest = useLatest(
    code,
    computed(() => row.value === undefined),
  );
  const newest = computed(() => row.value ?? latest.data.value);

  // Without news the freshness would stay what it was: a connection that is lost says nothing.
  const clock = useServerClock();
  const freshness = computed<Freshness>(() =>
    newest.value === undefined || live.sampledAt.value === ""
      ? (newest.value?.freshness ?? "never")
      : aged(type, newest.value, clock.value),
  );
  const reading: ComputedRef<Reading | undefined> = computed(
    () => newest.value && { ...newest.value, freshness: freshness.value },
  );
  return {
    reading,
    error: computed(() => (newest.value === undefined ? latest.error.value : null)),
    retry: () => {
      live.retry();
      void latest.refetch();
    },
  };
}
