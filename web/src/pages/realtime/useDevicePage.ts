/** What the page shows of one device type: its columns, the readings that are chosen, counts and alarms. */

import { computed, ref, type Ref } from "vue";
import { useI18n } from "vue-i18n";
import type { DeviceType } from "@/api";
import { columnsOf } from "./columns/columns";
import { useColumns } from "./columns/useColumns";
import { useBoardCounts, useDevices, useFields, useOpenAlarms } from "./queries";
import { countsOfBoard, countsOfReadings } from "./rows/counts";
import { liveFilters } from "./rows/filters";
import { pinnedAlarms } from "./rows/pinned";
import { type Devices, matches, sorted } from "./rows/readings";
import { useSnapshot } from "./rows/useSnapshot";
import type { Choices } from "./url/parameters";

const NO_DEVICES: Devices = new Map();

export function useDevicePage(type: DeviceType, choices: Readonly<Ref<Choices>>) {
  const { locale } = useI18n();
  const typeCode = ref(type.type_code);
  const fields = useFields(typeCode);
  const deviceList = useDevices(typeCode);
  const devices = computed(() => deviceList.data.value ?? NO_DEVICES);
  const snapshot = useSnapshot(
    type.type_code,
    computed(() => liveFilters(choices.value)),
  );
  const byCode = computed(() => new Map((snapshot.data.value?.items ?? []).map((each) => [each.device_code, each])));

  const isFilteredByServer = computed(() => choices.value.states.length > 0 || choices.value.freshness.length > 0);
  const board = useBoardCounts(
    typeCode,
    computed(() => choices.value.team),
    isFilteredByServer,
  );
  const openAlarms = useOpenAlarms(type.type_code, type.alarm_states.length > 0);

  const readings = computed(() => {
    const { search, sort } = choices.value;
    const found = [...byCode.value.values()].filter((each) =>
      matches(each, devices.value.get(each.device_code), search),
    );
    return sorted(found, devices.value, sort);
  });
  const counts = computed(() => {
    if (isFilteredByServer.value) return board.data.value && countsOfBoard(board.data.value);
    return snapshot.data.value && countsOfReadings(type, byCode.value.values());
  });
  const allColumns = computed(() => columnsOf(type, fields.data.value ?? [], locale.value === "en" ? "en" : "zh"));

  return {
    columns: useColumns(type.type_code, allColumns),
    readings,
    byCode,
    devices,
    counts,
    alarms: computed(() => pinnedAlarms(type, byCode.value, openAlarms.data.value ?? [])),
    teams: computed(() => teamsOf(devices.value, choices.value.team)),
    hasFilters: computed(
      () => isFilteredByServer.value || choices.value.team !== undefined || choices.value.search !== "",
    ),
    isLoading: computed(() => snapshot.isPending.value || fields.isPending.value),
    error: computed(() => fields.error.value ?? (snapshot.data.value ? null : snapshot.error.value)),
    retry: () => void Promise.all([fields.refetch(), snapshot.refetch(), deviceList.refetch()]),
  };
}

/** The teams of the master data, and the chosen one even if no device is in it. */
function teamsOf(devices: Devices, chosen: string | undefined): string[] {
  const teams = [...devices.values()].flatMap(({ team_name }) => team_name ?? []);
  return [...new Set(chosen === undefined ? teams : [...teams, chosen])].sort();
}
