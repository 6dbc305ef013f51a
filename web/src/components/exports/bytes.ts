/** Sizes of files as people read them: in steps of 1024, as browsers and file managers show them. */

const UNITS = ["bytes", "kilobytes", "megabytes", "gigabytes"] as const;
const STEP = 1024;

/** Returns the size in the largest unit of which there is at least one. */
export function bytesOf(count: number): { value: number; unit: (typeof UNITS)[number] } {
  const power = Math.min(Math.floor(Math.log(Math.max(count, 1)) / Math.log(STEP)), UNITS.length - 1);
  return { value: count / STEP ** power, unit: UNITS[power] ?? "bytes" };
}
