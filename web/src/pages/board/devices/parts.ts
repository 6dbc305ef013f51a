/** Devices as parts of a whole, by state. A device whose reading is stale or missing is offline, whatever its last state was. */

import type { BoardStatus } from "@/api";
import { deviceMark, type Mark, type StatesOfType } from "@/components/states/marks";

export type Counts = Pick<BoardStatus, "by_state" | "offline">;

/** `state` of the devices that have one; others have none in their readings, or are offline. */
export interface Part {
  readonly kind: "state" | "unknown" | "offline";
  readonly state: string | null;
  readonly mark: Mark;
  readonly devices: number;
}

/** Returns the parts in the order of the type's states; unknown states only if there are such devices. */
export function partsOf(type: StatesOfType, { by_state, offline }: Counts): Part[] {
  const online = by_state
    .filter(({ state, devices }) => state !== null || devices > 0)
    .map(({ state, devices }): Part => ({
      kind: state === null ? "unknown" : "state",
      state,
      mark: state === null ? "other" : deviceMark(type, state, "live"),
      devices,
    }));
  return [...online, { kind: "offline", state: null, mark: "silent", devices: offline }];
}

/** The query of the realtime page that shows the devices of a part; undefined if it has no such filter. */
export function filterOf(
  typeCode: string,
  { kind, state }: Part,
  team?: string,
): Record<string, string | string[]> | undefined {
  if (kind === "unknown") return undefined;
  const base = { type: typeCode, ...(team !== undefined && { team }) };
  return kind === "offline" ? { ...base, freshness: ["stale", "never"] } : { ...base, state: state ?? "" };
}
