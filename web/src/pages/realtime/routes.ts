import type { RouteRecordRaw } from "vue-router";

export const routes: RouteRecordRaw[] = [
  {
    path: "/realtime",
    name: "realtime",
    component: () => import("@/pages/realtime/RealtimePage.vue"),
    meta: {
      scope: "telemetry:read",
      title: "common.pages.realtime",
      messages: ["realtime"],
      help: "realtime",
    },
  },
];
