/** The order of the alarms on the screen: open questions first, and of these the oldest. */

import type { Alarm } from "@/api";

export function inOrder(alarms: readonly Alarm[]): Alarm[] {
  return [...alarms].sort(
    (one, other) =>
      Number(one.acknowledgement !== null) - Number(other.acknowledgement !== null) ||
      Date.parse(one.start) - Date.parse(other.start) ||
      (one.device_code < other.device_code ? -1 : 1),
  );
}
