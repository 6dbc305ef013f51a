/** The texts of cells, by which a change is seen. */

import type { TableColumn } from "@/components/table/columns";
import { useFieldFormat } from "@/components/readings/useFieldFormat";
import type { DeviceTypePage } from "../useDeviceType";
import { type Reading, stateOf } from "@/components/readings/reading";

export function useCellText({
  type,
  devices,
  columns,
}: DeviceTypePage): (reading: Reading, column: TableColumn) => string {
  const { text } = useFieldFormat();
  return (reading, { key }) => {
    const column = columns.byKey.value.get(key);
    const device = devices.value.get(reading.device_code);
    if (column?.field !== undefined) return text(column.field, reading.values[key]);
    if (column?.kind === "state") return `${stateOf(type, reading) ?? ""} ${reading.freshness}`;
    if (column?.kind === "name") return device?.device_name ?? "";
    if (column?.kind === "team") return device?.team_name ?? "";
    if (column?.kind === "location") return device?.install_location ?? "";
    return column?.kind === "age" ? (reading.ts ?? "") : reading.device_code;
  };
}
