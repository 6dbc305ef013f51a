import type { DeviceType } from "@/api";

export const WELDING_TYPE: DeviceType = {
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
