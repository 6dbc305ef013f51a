import type { RouteRecordRaw } from "vue-router";

export const routes: RouteRecordRaw[] = [
  {
    path: "/login",
    name: "login",
    component: () => import("@/pages/login/LoginPage.vue"),
    meta: { bare: true, anonymous: true, title: "session.login.logIn" },
  },
];
