import type { RouteRecordRaw } from "vue-router";

export const routes: RouteRecordRaw[] = [
  {
    path: "/board",
    name: "board",
    component: () => import("./BoardPage.vue"),
    meta: { scope: "telemetry:read", title: "common.pages.board", messages: ["board", "realtime"], help: "board" },
  },
];
