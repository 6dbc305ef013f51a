import type { RouteRecordRaw } from "vue-router";
import type { MenuItem } from "@/app/shell/menu";

const tabs: readonly MenuItem[] = [
  { path: "/admin/users", title: "common.pages.users", scope: "admin" },
  { path: "/admin/api-keys", title: "common.pages.apiKeys", scope: "admin" },
  { path: "/admin/wall-links", title: "common.pages.wallLinks", scope: "admin" },
];

export const routes: RouteRecordRaw[] = [
  {
    path: "/admin",
    component: () => import("@/app/SectionLayout.vue"),
    props: { tabs },
    redirect: "/admin/users",
    children: [],
  },
];
