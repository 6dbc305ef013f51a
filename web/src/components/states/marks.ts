/** The mark of a state: a shape with a colour, so that no state is known by its colour alone. */

import type { DeviceType, Freshness, LogStatus, RunState } from "@/api";

/** `silent` is hatched: nothing is known. `other` is a state that the device type does not list. */
export type Mark = "working" | "standby" | "alarm" | "off" | "silent" | "other" | "success" | "stopped";

/** What of a device type tells its states apart. */
export type StatesOfType = Pick<DeviceType, "states" | "alarm_states" | "offline_states">;

/** Returns the mark of a device. The first state of the type that is neither alarm nor offline is work, the second one standby. */
export function deviceMark(type: StatesOfType, state: string | null | undefined, freshness: Freshness): Mark {
  if (freshness === "stale" || freshness === "never" || state === null || state === undefined) return "silent";
  if (type.alarm_states.includes(state)) return "alarm";
  if (type.offline_states.includes(state)) return "off";
  const online = type.states.filter((each) => !type.alarm_states.includes(each) && !type.offline_states.includes(each));
  return (["working", "standby"] as const)[online.indexOf(state)] ?? "other";
}

const RUN_MARKS: Record<RunState, Mark> = {
  queued: "standby",
  running: "working",
  succeeded: "success",
  failed: "alarm",
  timed_out: "alarm",
  abandoned: "alarm",
  cancelled: "stopped",
  skipped: "off",
  refused: "off",
};

export function runMark(state: RunState): Mark {
  return RUN_MARKS[state];
}

const LOG_MARKS: Record<LogStatus, Mark> = {
  running: "working",
  success: "success",
  failed: "alarm",
  timeout: "alarm",
  abandoned: "alarm",
  cancelled: "stopped",
  skipped: "off",
  refused: "off",
  unknown: "other",
};

export function logMark(status: LogStatus): Mark {
  return LOG_MARKS[status];
}
