/** The time zones that a schedule can have. */

const OFTEN = ["Asia/Shanghai", "UTC"];

/** Returns the names that this browser knows, and the one that is in use, which it may not know. */
export function timeZones(current: string): string[] {
  return [...new Set([current, ...OFTEN, ...Intl.supportedValuesOf("timeZone")])];
}
