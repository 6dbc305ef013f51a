/** The stretches of time in which devices had the value, from readings in order of time. */

import type { ReadingOfDevice } from "@/api";

export interface Stretch {
  readonly device: string;
  /** Timestamps of the first and the last reading. */
  readonly from: string;
  readonly to: string;
  readonly readings: number;
}

/** Builds stretches while pages of readings arrive. */
export class Stretches {
  /** In the order in which they begin. */
  readonly all: Stretch[] = [];
  /** The index of the last stretch of each device. */
  private readonly last = new Map<string, number>();

  /** @param gapSecondsMax a longer time without a reading with the value ends a stretch. */
  constructor(private readonly gapSecondsMax: number) {}

  add(readings: readonly ReadingOfDevice[]): void {
    for (const reading of readings) if (!this.extend(reading)) this.begin(reading);
  }

  private extend({ device_code, ts }: ReadingOfDevice): boolean {
    const index = this.last.get(device_code);
    const stretch = index === undefined ? undefined : this.all[index];
    if (index === undefined || stretch === undefined) return false;
    if (Date.parse(ts) - Date.parse(stretch.to) > this.gapSecondsMax * 1000) return false;
    this.all[index] = { ...stretch, to: ts, readings: stretch.readings + 1 };
    return true;
  }

  private begin({ device_code, ts }: ReadingOfDevice): void {
    this.last.set(device_code, this.all.length);
    this.all.push({ device: device_code, from: ts, to: ts, readings: 1 });
  }
}

/** Returns the stretches by device, each in order of time. */
export function byDevice(stretches: readonly Stretch[]): Stretch[] {
  return [...stretches].sort((one, other) => compare(one.device, other.device) || compare(one.from, other.from));
}

function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
