/** Violations in words. */

import { useI18n } from "vue-i18n";
import type { Violation } from "./rules";

export function useRuleTexts() {
  const { t } = useI18n();

  /** Returns the texts of violations by input. */
  return (violations: Readonly<Record<string, Violation | undefined>>): Record<string, string> => {
    const texts: Record<string, string> = {};
    for (const [name, violation] of Object.entries(violations)) {
      if (violation) texts[name] = t(`types.rule.${violation.rule}`, violation.values ?? {});
    }
    return texts;
  };
}
