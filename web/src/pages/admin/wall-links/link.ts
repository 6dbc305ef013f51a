/** The addresses of wall screens. */

import type { Locale } from "@/app/i18n";

export const THEMES = ["light", "dark"] as const;

export interface LinkChoices {
  type: string;
  /** Empty for all teams. */
  team: string;
  language: Locale;
  theme: (typeof THEMES)[number];
}

/** Returns the address; the key is in its fragment, which a browser never sends to a server or a proxy. */
export function wallLink(origin: string, { type, team, language, theme }: LinkChoices, key: string): string {
  const query = new URLSearchParams({ type, ...(team !== "" && { team }), lang: language, theme });
  return `${origin}/wall?${query.toString()}#key=${key}`;
}
