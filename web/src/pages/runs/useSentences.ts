/** Puts sentences into the language of the page, with its numbers and durations. */

import { useI18n } from "vue-i18n";
import { useFormat } from "@/app/format";
import type { Sentence } from "./sentences";

export function useSentences(): { say: (sentence: Sentence) => string } {
  const { t } = useI18n();
  const format = useFormat();

  function say({ key, numbers = {}, seconds = {}, words = {} }: Sentence): string {
    return t(key, { ...words, ...shown(numbers, format.number), ...shown(seconds, format.duration) });
  }

  return { say };
}

function shown(values: Record<string, number>, show: (value: number) => string): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, show(value)]));
}
