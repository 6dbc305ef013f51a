/** What the page knows of a device type besides its readings: columns, master data, teams, open alarms. */

import { computed, type Ref, shallowRef, watch } from "vue";
import { useI18n } from "vue-i18n";
import type { DeviceType } from "@/api";
import type { Reading } from "@/components/readings/reading";
import { useFields } from "@/components/types/queries";
import { type Alarm, useAlarms } from "@/live";
import { columnsOf } from "./columns/columns";
import { useColumns } from "./columns/useColumns";
import { useBoardCounts, useDevices } from "./queries";
import { countsOfBoard } from "./rows/counts";
import { type PinnedAlarm, pinnedAlarms } from "./rows/pinned";
import type { Devices } from "./rows/readings";
import type { Choices } from "./url/parameters";

const NO_DEVICES: Devices = new Map();

export function useDeviceType(type: DeviceType, choices: Readonly<Ref<Choices>>) {
  const { locale, t } = useI18n();
  const typeCode = type.type_code;
  const fields = useFields(typeCode);
  const deviceList = useDevices(typeCode);
  const devices = computed(() => deviceList.data.value ?? NO_DEVICES);
  const alarms = useAlarms(type.alarm_states.length > 0 ? typeCode : undefined);
  const openAlarms = shallowRef<readonly Alarm[]>([]);
  watch(alarms.version, () => (openAlarms.value = [...alarms.byDevice.values()]), { immediate: true });
  const columns = computed(() =>
    columnsOf(type, fields.data.value ?? [], locale.value === "en" ? "en" : "zh", (kind) =>
      t(`realtime.column.${kind}`),
    ),
  );

  return {
    type,
    choices,
    fields,
    devices,
    columns: useColumns(typeCode, columns),
    teams: computed(() => teamsOf(devices.value, choices.value.team)),
    /** Whether the list of open alarms has arrived. */
    hasAlarms: alarms.hasArrived,
    /** Returns the devices in alarm, by readings and by the list of open alarms. */
    pinned(readings: ReadonlyMap<string, Reading>): PinnedAlarm[] {
      const { team } = choices.value;
      const open = openAlarms.value.filter((each) => team === undefined || each.team_name === team);
      return pinnedAlarms(type, readings, open);
    },
    /** Asks for the counts of all devices while `isNeeded`. */
    useAllCounts(isNeeded: Readonly<Ref<boolean>>) {
      const team = computed(() => choices.value.team);
      const { data } = useBoardCounts(typeCode, team, isNeeded);
      return computed(() => data.value && countsOfBoard(data.value));
    },
    retry: () => void Promise.all([fields.refetch(), deviceList.refetch()]),
  };
}

export type DeviceTypePage = ReturnType<typeof useDeviceType>;

/** The teams of the master data, and the chosen one even if no device is in it. */
function teamsOf(devices: Devices, chosen: string | undefined): string[] {
  const teams = [...devices.values()].flatMap(({ team_name }) => team_name ?? []);
  return [...new Set(chosen === undefined ? teams : [...teams, chosen])].sort();
}
