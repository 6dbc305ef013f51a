/** The languages of the console. Messages are loaded when their language is chosen. */

import en from "element-plus/es/locale/lang/en";
import zhCn from "element-plus/es/locale/lang/zh-cn";
import { computed } from "vue";
import { createI18n } from "vue-i18n";

export const LOCALES = ["zh-CN", "en"] as const;
export type Locale = (typeof LOCALES)[number];

const STORAGE_KEY = "arcbeat.locale";
const ELEMENT_LOCALES = { "zh-CN": zhCn, en };
const MESSAGES = {
  "zh-CN": () => import("@/locales/zh-CN"),
  en: () => import("@/locales/en"),
};

export const i18n = createI18n({ legacy: false, locale: "zh-CN", fallbackLocale: false, messages: {} });

/** The texts of Element Plus in the language of the page. */
export const elementLocale = computed(() => ELEMENT_LOCALES[i18n.global.locale.value as Locale]);

/** Returns the language that was chosen in this browser, or else the first one that the browser prefers. */
export function preferredLocale(): Locale {
  const languages = [localStorage.getItem(STORAGE_KEY), ...navigator.languages];
  return languages.map(localeOf).find((locale) => locale !== undefined) ?? "zh-CN";
}

function localeOf(language: string | null): Locale | undefined {
  return LOCALES.find((locale) => language?.slice(0, 2) === locale.slice(0, 2));
}

/** Shows the page in a language, from now on and at the next visit. */
export async function chooseLocale(locale: Locale): Promise<void> {
  localStorage.setItem(STORAGE_KEY, locale);
  await loadLocale(locale);
}

export async function loadLocale(locale: Locale): Promise<void> {
  const { messages } = await MESSAGES[locale]();
  i18n.global.setLocaleMessage(locale, messages);
  i18n.global.locale.value = locale;
  document.documentElement.lang = locale;
}
