/** The pages of the main menu, in order. */

import type { Scope } from "@/api";

export interface MenuItem {
  readonly path: string;
  /** Its pages that are not below the path. */
  readonly others?: readonly string[];
  /** The key of its title. */
  readonly title: string;
  readonly scope: Scope;
}

export const MENU: readonly MenuItem[] = [
  { path: "/board", title: "common.pages.board", scope: "telemetry:read" },
  { path: "/realtime", title: "common.pages.realtime", scope: "telemetry:read" },
  { path: "/alarms", title: "common.pages.alarms", scope: "telemetry:read" },
  { path: "/history", title: "common.pages.history", scope: "telemetry:read" },
  { path: "/jobs", title: "common.pages.jobs", scope: "job:read" },
  { path: "/catalogue", title: "common.pages.catalogue", scope: "device:read" },
  { path: "/admin", title: "common.pages.admin", scope: "admin" },
];
