/** Lists of alarms: which one is which, and how they change. */

import type { Acknowledgement, Alarm } from "@/api";

/** Returns what tells an alarm from all others. */
export function keyOf({ device_code, start }: Pick<Alarm, "device_code" | "start">): string {
  return `${device_code} ${String(Date.parse(start))}`;
}

/** Returns the alarms, the one that has lasted longest first. */
export function byDuration(alarms: Iterable<Alarm>): Alarm[] {
  return [...alarms]
    .map((alarm) => ({ alarm, start: Date.parse(alarm.start) }))
    .sort((one, other) => one.start - other.start || (one.alarm.device_code < other.alarm.device_code ? -1 : 1))
    .map(({ alarm }) => alarm);
}

/** Returns the lists one after the other, each alarm once: as the first list has it. */
export function joined(...lists: readonly (readonly Alarm[])[]): Alarm[] {
  const all = new Map<string, Alarm>();
  for (const alarm of lists.flat()) {
    const key = keyOf(alarm);
    if (!all.has(key)) all.set(key, alarm);
  }
  return [...all.values()];
}

/** Who has acknowledged an alarm, or null if the acknowledgement was withdrawn; `start` is any moment of the alarm. */
export interface AcknowledgementOf {
  readonly device_code: string;
  readonly start: string;
  readonly acknowledgement: Acknowledgement;
}

/** Returns the alarms with other acknowledgements; the same list if none of them is in it. */
export function withAcknowledgements(
  alarms: readonly Alarm[],
  changes: readonly AcknowledgementOf[],
): readonly Alarm[] {
  const changeOf = (alarm: Alarm): AcknowledgementOf | undefined =>
    changes.findLast((each) => each.device_code === alarm.device_code && isWithin(each.start, alarm));
  if (!alarms.some((alarm) => changeOf(alarm) !== undefined)) return alarms;
  return alarms.map((alarm) => ({ ...alarm, acknowledgement: (changeOf(alarm) ?? alarm).acknowledgement }));
}

function isWithin(moment: string, { start, end }: Alarm): boolean {
  const at = Date.parse(moment);
  return at >= Date.parse(start) && (end === null || at < Date.parse(end));
}
