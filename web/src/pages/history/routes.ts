import type { RouteRecordRaw } from "vue-router";

export const routes: RouteRecordRaw[] = [
  {
    path: "/history",
    name: "history",
    component: () => import("@/pages/history/HistoryPage.vue"),
    meta: {
      scope: "telemetry:read",
      title: "common.pages.history",
      messages: ["history", "realtime", "search"],
      help: "history",
    },
  },
];
