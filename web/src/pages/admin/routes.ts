import type { RouteRecordRaw } from "vue-router";
import type { MenuItem } from "@/app/shell/menu";

const tabs: readonly MenuItem[] = [
  { path: "/admin/users", title: "common.pages.users", scope: "admin" },
  { path: "/admin/api-keys", title: "common.pages.apiKeys", scope: "admin" },
  { path: "/admin/wall-links", title: "common.pages.wallLinks", scope: "admin" },
  { path: "/admin/guide", title: "common.pages.guide", scope: "admin" },
];

export const routes: RouteRecordRaw[] = [
  {
    path: "/admin",
    component: () => import("@/app/SectionLayout.vue"),
    props: { tabs },
    redirect: "/admin/users",
    children: [
      {
        path: "guide",
        name: "guide",
        component: () => import("@/pages/admin/guide/GuidePage.vue"),
        meta: { scope: "admin", title: "common.pages.guide", messages: ["guide"], help: "guide" },
      },
    ],
  },
];
