import type { RouteRecordRaw } from "vue-router";

export const routes: RouteRecordRaw[] = [
  {
    path: "/alarms",
    name: "alarms",
    component: () => import("@/pages/alarms/AlarmsPage.vue"),
    meta: { scope: "telemetry:read", title: "common.pages.alarms", messages: ["alarms", "search"], help: "alarms" },
  },
];
