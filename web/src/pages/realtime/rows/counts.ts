/** How many devices are in which state. A device whose reading is stale or missing counts as silent, whatever its last state was. */

import type { BoardStatus, DeviceType } from "@/api";
import { type Reading, stateOf } from "@/components/readings/reading";

export interface StateCounts {
  readonly total: number;
  readonly silent: number;
  /** By state: those of the type in its order, then others. */
  readonly byState: readonly { readonly state: string; readonly devices: number }[];
}

export function countsOfReadings(type: DeviceType, readings: Iterable<Reading>): StateCounts {
  const byState = new Map<string, number>(type.states.map((state) => [state, 0]));
  let total = 0;
  let silent = 0;
  for (const reading of readings) {
    total += 1;
    const state = stateOf(type, reading);
    if (reading.freshness === "stale" || reading.freshness === "never") silent += 1;
    else if (state !== null) byState.set(state, (byState.get(state) ?? 0) + 1);
  }
  return { total, silent, byState: [...byState].map(([state, devices]) => ({ state, devices })) };
}

/** Returns the counts that the server has made, for a table that a filter makes incomplete. */
export function countsOfBoard({ total, offline, by_state }: BoardStatus): StateCounts {
  return {
    total,
    silent: offline,
    byState: by_state.flatMap(({ state, devices }) => (state === null ? [] : [{ state, devices }])),
  };
}
