/** What a screen reader says about new alarms. The durations, which change every second, are not read. */

import { ref, type Ref, watch } from "vue";
import { useI18n } from "vue-i18n";
import type { Alarm } from "@/api";

const CODES_MAX = 5;

export function useAnnouncement(alarms: () => readonly Alarm[]): Readonly<Ref<string>> {
  const { t } = useI18n();
  const text = ref("");
  let known = new Set<string>();

  watch(
    alarms,
    (present) => {
      const added = present.filter((each) => !known.has(keyOf(each))).map((each) => each.device_code);
      known = new Set(present.map(keyOf));
      if (added.length === 0) return;
      text.value = t(
        "wall.alarms.new",
        { n: added.length, devices: added.slice(0, CODES_MAX).join(", ") },
        added.length,
      );
    },
    { immediate: true },
  );
  return text;
}

function keyOf({ device_code, start }: Alarm): string {
  return `${device_code} ${start}`;
}
