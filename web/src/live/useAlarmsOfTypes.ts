/** The open alarms of several device types at once, over the connection of the page. */

import { type AlarmChange, OpenAlarms } from "@arcbeat/client/live/alarms.ts";
import type { Alarm } from "@arcbeat/client/rest/types.gen.ts";
import { computed, type ComputedRef, type MaybeRefOrGetter, onScopeDispose, shallowRef, toValue, watch } from "vue";
import { useLive } from "./live";

/** As many as one connection may follow. */
const TYPES_MAX = 20;

export interface AlarmHandlers {
  /** Is called with all open alarms of a type after they have changed. */
  onChange(typeCode: string, open: ReadonlyMap<string, Alarm>, change: AlarmChange): void;
}

/**
 * Follows the open alarms of device types while the component is mounted.
 *
 * @returns whether the alarms of all these types arrive; if not, the page must ask for them itself.
 */
export function useAlarmsOfTypes(
  typeCodes: MaybeRefOrGetter<readonly string[]>,
  handlers: AlarmHandlers,
): ComputedRef<boolean> {
  const live = useLive();
  const stops = new Map<string, () => void>();
  /** The types whose subscription has started on this connection. */
  const started = shallowRef<ReadonlySet<string>>(new Set());

  function follow(code: string): void {
    const alarms = new OpenAlarms(code);
    const stop = live.follow(alarms, {
      onChange: (change) => {
        handlers.onChange(code, alarms.byDevice, change);
      },
      onStarted: () => (started.value = new Set([...started.value, code])),
      onRejected: () => {
        forget(code);
      },
    });
    stops.set(code, stop);
  }
  function forget(code: string): void {
    started.value = new Set([...started.value].filter((each) => each !== code));
  }
  function unfollow(code: string): void {
    stops.get(code)?.();
    stops.delete(code);
    forget(code);
  }
  function choose(codes: readonly string[]): void {
    for (const code of [...stops.keys()]) if (!codes.includes(code)) unfollow(code);
    for (const code of codes.slice(0, TYPES_MAX)) if (!stops.has(code)) follow(code);
  }

  // Compared as text: the same types in another list must not subscribe again.
  watch(
    () => JSON.stringify(toValue(typeCodes)),
    () => {
      choose(toValue(typeCodes));
    },
    { immediate: true },
  );
  watch(live.link, ({ status }) => {
    if (status !== "connected") started.value = new Set();
  });
  onScopeDispose(() => {
    for (const stop of stops.values()) stop();
  });
  return computed(() => toValue(typeCodes).every((code) => started.value.has(code)));
}
