/**
 * The messages, in one file per language and area. Those of the core are loaded with their language, those of other areas with the
 * first page that names them.
 */

import type { LocaleMessageValue, VueMessageType } from "vue-i18n";

export type AreaMessages = LocaleMessageValue<VueMessageType>;
type Messages = Record<string, AreaMessages>;

const CORES = {
  "zh-CN": () => import("./zh-CN"),
  en: () => import("./en"),
};
const AREAS = import.meta.glob<AreaMessages>(
  ["./*/*.json", "!./*/{chart,common,forms,live,session,states,table}.json"],
  { import: "default" },
);

export type Language = keyof typeof CORES;

/** Returns the messages that all pages may use. */
export async function coreMessages(language: Language): Promise<Messages> {
  return (await CORES[language]()).messages;
}

/** Returns the messages of an area that pages name, for example of `jobs`. */
export async function areaMessages(language: Language, area: string): Promise<AreaMessages> {
  const load = AREAS[`./${language}/${area}.json`];
  if (load === undefined) throw new Error(`there are no messages ${language}/${area}.json`);
  return load();
}

/** The areas that pages must name. */
export const pageAreas = [...new Set(Object.keys(AREAS).map((path) => path.replace(/^.*\/(.*)\.json$/, "$1")))];
