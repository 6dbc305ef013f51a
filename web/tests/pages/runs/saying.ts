/** Says sentences in both languages. */

import { mount } from "@vue/test-utils";
import { defineComponent, h } from "vue";
import { i18n, loadLocale, type Locale } from "@/app/i18n";
import type { Sentence } from "@/pages/runs/sentences";
import { useSentences } from "@/pages/runs/useSentences";

/** Returns the sentence in a language. */
export async function sayIn(locale: Locale, sentence: Sentence): Promise<string> {
  if (i18n.global.locale.value !== locale) await loadLocale(locale);
  let text = "";
  const component = defineComponent(() => {
    text = useSentences().say(sentence);
    return () => h("p");
  });
  mount(component).unmount();
  return text;
}
