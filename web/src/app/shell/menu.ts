/** The pages of the main menu, in order. */

import type { Scope } from "@/api";

export interface MenuItem {
  readonly path: string;
  /** The key of its title. */
  readonly title: string;
  readonly scope: Scope;
}

export const MENU: readonly MenuItem[] = [
  { path: "/realtime", title: "common.pages.realtime", scope: "telemetry:read" },
  { path: "/jobs", title: "common.pages.jobs", scope: "job:read" },
];
