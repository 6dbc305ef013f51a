/** The devices in alarm, which the page shows above all others: the alarm that has lasted longest comes first. */

import type { Alarm, DeviceType } from "@/api";
import { markOf, type Reading, stateOf } from "@/components/readings/reading";

export interface PinnedAlarm {
  readonly code: string;
  readonly state: string;
  /** When the alarm began; the time of the newest reading as long as the list of alarms does not have it. */
  readonly since: string;
}

type OpenAlarm = Pick<Alarm, "device_code" | "state" | "start">;

/** Returns the devices in alarm. For a device with a reading, the reading decides: it is newer than the list of alarms. */
export function pinnedAlarms(
  type: DeviceType,
  readings: ReadonlyMap<string, Reading>,
  open: readonly OpenAlarm[],
): PinnedAlarm[] {
  const listed = new Map(open.map((alarm) => [alarm.device_code, alarm]));
  const inAlarm = [...readings.values()].filter((reading) => markOf(type, reading) === "alarm");
  const pinned = inAlarm.map((reading) => ofReading(type, reading, listed.get(reading.device_code)));
  // A filter leaves out readings, but never an alarm.
  const others = open
    .filter((alarm) => !readings.has(alarm.device_code))
    .map(({ device_code, state, start }) => ({ code: device_code, state, since: start }));
  return [...pinned, ...others].sort(
    (one, other) => Date.parse(one.since) - Date.parse(other.since) || (one.code < other.code ? -1 : 1),
  );
}

function ofReading(type: DeviceType, reading: Reading, alarm: OpenAlarm | undefined): PinnedAlarm {
  const state = stateOf(type, reading) ?? "";
  const since = alarm?.state === state ? alarm.start : (reading.ts ?? "");
  return { code: reading.device_code, state, since };
}
