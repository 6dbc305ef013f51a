/** The page of one device. */

import type { RouteRecordRaw } from "vue-router";

export const routes: RouteRecordRaw[] = [
  {
    path: "/devices/:code",
    name: "device",
    component: () => import("@/pages/device/DevicePage.vue"),
    props: true,
    meta: {
      scope: "telemetry:read",
      title: "common.pages.device",
      messages: ["alarms", "device", "exports", "history", "realtime", "search"],
      help: "device",
    },
  },
];
