/** The labels of device types and of their fields, which are data, in the language of the page. */

import { useI18n } from "vue-i18n";
import type { DeviceType } from "@/api";

export function useLabelOf(): (item: Pick<DeviceType, "labels">) => string {
  const { locale } = useI18n();
  return ({ labels }) => (locale.value === "en" ? labels.en : labels.zh);
}
