/** Device types and fields for tests. */

import type { ColumnType, DeviceType, FieldDefinition } from "@/api";

const LABELS = { zh: "铣床", en: "Milling machine" };

export function aType(changes: Partial<DeviceType> = {}): DeviceType {
  return {
    type_code: "milling",
    label: "铣床",
    labels: LABELS,
    aliases: ["铣床", "铣削"],
    super_table: "test_db.milling_real_data",
    late_after_seconds: 15,
    stale_after_seconds: 60,
    position: 3,
    enabled: true,
    state_field: "device_status",
    states: ["加工", "报警", "关机"],
    offline_states: ["关机"],
    alarm_states: ["报警"],
    fields_version: 1,
    ...changes,
  };
}

export function aField(name: string, type: ColumnType, changes: Partial<FieldDefinition> = {}): FieldDefinition {
  const limits = { decimals: null, minimum: null, maximum: null, max_length: null };
  const labels = { zh: name, en: name };
  return { name, type, label: name, labels, unit: "", order: 1, hidden: false, ...limits, ...changes };
}
