/**
 * What the address of a wall screen says: `/wall?type=welding&team=班组一&lang=en&theme=dark#key=arcbeat_…`. The key stands in the
 * fragment, which no browser sends to a server, so that it is in no log.
 */

import type { LocationQuery } from "vue-router";
import { type Locale, LOCALES } from "@/app/i18n";

export const SCREEN_THEMES = ["light", "dark"] as const;
export type ScreenTheme = (typeof SCREEN_THEMES)[number];

export interface WallAddress {
  /** The code or an alias of a device type; the first type if it is missing. */
  typeCode?: string;
  team?: string;
  /** A screen has no person who could choose them. */
  language?: Locale;
  theme?: ScreenTheme;
  apiKey?: string;
}

export function readAddress(query: LocationQuery, hash: string): WallAddress {
  return {
    typeCode: textOf(query.type),
    team: textOf(query.team),
    language: LOCALES.find((each) => each === query.lang),
    theme: SCREEN_THEMES.find((each) => each === query.theme),
    apiKey: new URLSearchParams(hash.replace(/^#/, "")).get("key") ?? undefined,
  };
}

function textOf(value: LocationQuery[string] | undefined): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
