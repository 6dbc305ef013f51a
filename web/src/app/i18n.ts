/** The languages of the console. Messages are loaded when their language is chosen, and when a page needs them. */

import en from "element-plus/es/locale/lang/en";
import zhCn from "element-plus/es/locale/lang/zh-cn";
import { computed } from "vue";
import { createI18n } from "vue-i18n";
import { areaMessages, coreMessages } from "@/locales/messages";

export const LOCALES = ["zh-CN", "en"] as const;
export type Locale = (typeof LOCALES)[number];

const STORAGE_KEY = "arcbeat.locale";
const ELEMENT_LOCALES = { "zh-CN": zhCn, en };

export const i18n = createI18n({
  legacy: false,
  locale: preferredLocale(),
  fallbackLocale: false,
  messages: {},
});
/** The areas of the pages that were visited. */
const wanted = new Set<string>();

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
  i18n.global.mergeLocaleMessage(locale, await coreMessages(locale));
  await loadWanted(locale);
  i18n.global.locale.value = locale;
  document.documentElement.lang = locale;
}

/** Loads the messages of areas, in the language of the page, and from now on in any language that is chosen. */
export async function loadMessages(areas: readonly string[]): Promise<void> {
  for (const area of areas) wanted.add(area);
  await loadWanted(i18n.global.locale.value as Locale);
}

/** Another page may ask for more meanwhile. */
async function loadWanted(locale: Locale): Promise<void> {
  for (let areas = missing(locale); areas.length > 0; areas = missing(locale)) {
    const loaded = await Promise.all(areas.map(async (area) => [area, await areaMessages(locale, area)] as const));
    i18n.global.mergeLocaleMessage(locale, Object.fromEntries(loaded));
  }
}

function missing(locale: Locale): string[] {
  const known = i18n.global.getLocaleMessage(locale);
  return [...wanted].filter((area) => !(area in known));
}
