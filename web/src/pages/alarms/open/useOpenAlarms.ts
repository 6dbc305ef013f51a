/** The alarms that are open now: as the server sends them, or else as a request returns them every few seconds. */

import { computed, onScopeDispose, ref, shallowRef, watch } from "vue";
import type { Alarm } from "@/api";
import { useQuery } from "@/app/useQuery";
import type { AlarmChange } from "@/live";
import { useAlarmsOfTypes } from "@/live/useAlarmsOfTypes";
import { type AcknowledgementOf, byDuration, keyOf, withAcknowledgements } from "../list/alarms";
import { readOpenAlarms } from "../queries";

const REFRESH_MILLISECONDS = 5_000;
/** The connection may take so long before the page asks by itself. */
const PATIENCE_MILLISECONDS = 3_000;

export interface OpenAlarmsOptions {
  /** The types to follow; undefined as long as they are not known. */
  readonly typeCodes: () => readonly string[] | undefined;
  /** Requests are about this device only. */
  readonly device?: () => string | undefined;
  readonly onChange?: (change: AlarmChange) => void;
  /** Is called when alarms have ended without an event: while the connection was lost. */
  readonly onMissedEnd?: () => void;
}

export function useOpenAlarms({ typeCodes, device, onChange, onMissedEnd }: OpenAlarmsOptions) {
  const byType = shallowRef<ReadonlyMap<string, readonly Alarm[]>>(new Map());
  /** Acknowledgements of this page that the server has not sent yet. */
  const own = shallowRef<readonly AcknowledgementOf[]>([]);
  const codes = computed(() => typeCodes() ?? []);

  const isFollowed = useAlarmsOfTypes(codes, {
    onChange: (code, open, change) => {
      settle(change);
      replace([[code, [...open.values()]]], change.kind === "open");
      onChange?.(change);
    },
  });
  const isImpatient = useImpatience(() => isFollowed.value || codes.value.length === 0);
  const query = useQuery({
    queryKey: computed(() => ["alarms", "open", codes.value, device?.() ?? null]),
    queryFn: ({ signal }) => readOpenAlarms(codes.value, device?.(), signal),
    enabled: isImpatient,
    refetchInterval: REFRESH_MILLISECONDS,
  });
  // Not only the data: an answer that is the same as the one before the last connection replaces what that has brought.
  watch([query.data, query.dataUpdatedAt], ([data]) => {
    if (data === undefined || isFollowed.value) return;
    own.value = [];
    replace(
      codes.value.map((code) => [code, data.filter((each) => each.type_code === code)]),
      true,
    );
  });

  function replace(changes: readonly [string, readonly Alarm[]][], isWithoutEvent: boolean): void {
    const before = byType.value;
    byType.value = new Map([...before, ...changes]);
    if (isWithoutEvent && changes.some(([code, open]) => hasEnded(before.get(code) ?? [], open))) onMissedEnd?.();
  }
  function settle({ kind, devices }: AlarmChange): void {
    if (kind === "open" || kind === "acknowledged")
      own.value = own.value.filter((each) => !devices.has(each.device_code));
  }

  const alarms = computed(() => {
    const all = codes.value.flatMap((code) => byType.value.get(code) ?? []);
    return withAcknowledgements(byDuration(all), own.value);
  });
  return {
    /** The one that has lasted longest first. */
    alarms,
    /** Whether all alarms are known. */
    hasArrived: computed(() => typeCodes() !== undefined && codes.value.every((code) => byType.value.has(code))),
    /** Why the alarms may be old, or why there are none; null as long as they arrive. */
    error: computed(() => (isFollowed.value ? null : query.error.value)),
    retry: () => void query.refetch(),
    /** Shows an acknowledgement before the server sends it. */
    acknowledge: (change: AcknowledgementOf) => (own.value = [...own.value, change]),
  };
}

function hasEnded(before: readonly Alarm[], open: readonly Alarm[]): boolean {
  const keys = new Set(open.map(keyOf));
  return before.some((alarm) => !keys.has(keyOf(alarm)));
}

/** Returns whether something has not been so for a while. */
function useImpatience(isWell: () => boolean) {
  const isImpatient = ref(false);
  let timer: ReturnType<typeof setTimeout> | undefined;
  watch(
    isWell,
    (well) => {
      clearTimeout(timer);
      isImpatient.value = false;
      if (!well) timer = setTimeout(() => (isImpatient.value = true), PATIENCE_MILLISECONDS);
    },
    { immediate: true },
  );
  onScopeDispose(() => {
    clearTimeout(timer);
  });
  return isImpatient;
}
