/** How long ago something was, or in how long it will be. The texts move with the time. */

import { useI18n } from "vue-i18n";
import { useFormat } from "@/app/format";
import { useNow } from "@/app/useNow";

/** A scheduler and a worker take a moment. */
const DUE_SECONDS = 60;

export function useRelativeTime() {
  const { t } = useI18n();
  const { duration } = useFormat();
  const now = useNow();

  const seconds = (value: string): number => Math.round((Date.parse(value) - now.value) / 1000);

  /** Returns for example «5 分 3 秒前». A moment that lies ahead, because the clocks differ, is now. */
  function ago(value: string | null | undefined): string {
    if (!value) return "";
    const passed = -seconds(value);
    return passed < 1 ? t("common.time.now") : t("common.time.ago", { duration: duration(passed) });
  }

  /** Returns for example «5 分 3 秒后»; for a moment that has just passed, that it is due, and later, for how long it has been. */
  function until(value: string): string {
    const left = seconds(value);
    if (left < -DUE_SECONDS) return t("common.time.overdue", { duration: duration(-left) });
    return left < 1 ? t("common.time.due") : t("common.time.in", { duration: duration(left) });
  }

  return { ago, until, now };
}
