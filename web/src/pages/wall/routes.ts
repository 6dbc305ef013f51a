import type { RouteRecordRaw } from "vue-router";

export const routes: RouteRecordRaw[] = [
  {
    path: "/wall",
    name: "wall",
    component: () => import("@/pages/wall/WallPage.vue"),
    meta: { bare: true, anonymous: true, title: "common.pages.wall", messages: ["wall"] },
  },
];
