/** A device type with fields, and readings, for the tests of the realtime page. */

import type { DeviceType, FieldDefinition } from "@/api";
import type { Reading } from "@/components/readings/reading";

export const welding: DeviceType = {
  type_code: "welding",
  label: "焊机",
  labels: { zh: "焊机", en: "Welding machine" },
  aliases: ["焊机"],
  super_table: "test_db.welding_real_data",
  late_after_seconds: 15,
  stale_after_seconds: 60,
  position: 1,
  enabled: true,
  state_field: "device_status",
  states: ["焊接", "待机", "报警", "关机"],
  offline_states: ["关机"],
  alarm_states: ["报警"],
  fields_version: 1,
};

export function field(name: string, change: Partial<FieldDefinition> = {}): FieldDefinition {
  const labels = { zh: name, en: name };
  const none = { unit: "", decimals: null, hidden: false, minimum: null, maximum: null, max_length: null };
  return { name, label: name, labels, type: "float", order: 1, ...none, ...change };
}

export function reading(code: string, values: Reading["values"], change: Partial<Reading> = {}): Reading {
  const ts = "2026-03-02T08:00:00Z";
  return { device_code: code, ts, freshness: "live", clock_skew: false, values, ...change };
}

export function byCode(...readings: Reading[]): Map<string, Reading> {
  return new Map(readings.map((each) => [each.device_code, each]));
}
