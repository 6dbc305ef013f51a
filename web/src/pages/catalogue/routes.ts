import type { RouteRecordRaw } from "vue-router";
import type { MenuItem } from "@/app/shell/menu";
import { routes as devices } from "@/pages/catalogue/devices/routes";
import { routes as types } from "@/pages/catalogue/types/routes";
import { routes as dictionary } from "./dictionary/routes";

const tabs: readonly MenuItem[] = [
  {
    path: "/catalogue/devices",
    others: ["/catalogue/new-device", "/catalogue/import-devices"],
    title: "common.pages.devices",
    scope: "device:read",
  },
  { path: "/catalogue/types", others: ["/catalogue/new-type"], title: "common.pages.types", scope: "device:read" },
  { path: "/catalogue/dictionary", title: "common.pages.dictionary", scope: "device:read" },
];

export const routes: RouteRecordRaw[] = [
  {
    path: "/catalogue",
    component: () => import("@/app/SectionLayout.vue"),
    props: { tabs },
    redirect: "/catalogue/devices",
    children: [...devices, ...types, ...dictionary],
  },
];
