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
        path: "users",
        name: "users",
        component: () => import("./users/UsersPage.vue"),
        meta: { scope: "admin", title: "common.pages.users", messages: ["admin", "account"], help: "users" },
      },
      {
        path: "api-keys",
        name: "api-keys",
        component: () => import("./api-keys/ApiKeysPage.vue"),
        meta: { scope: "admin", title: "common.pages.apiKeys", messages: ["admin", "account"], help: "api-keys" },
      },
      {
        path: "wall-links",
        name: "wall-links",
        component: () => import("./wall-links/WallLinksPage.vue"),
        meta: { scope: "admin", title: "common.pages.wallLinks", messages: ["admin", "account"], help: "wall-links" },
      },
      {
        path: "guide",
        name: "guide",
        component: () => import("@/pages/admin/guide/GuidePage.vue"),
        meta: { scope: "admin", title: "common.pages.guide", messages: ["guide"], help: "guide" },
      },
    ],
  },
];
