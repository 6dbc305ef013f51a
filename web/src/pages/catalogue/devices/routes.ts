import type { RouteRecordRaw } from "vue-router";

export const routes: RouteRecordRaw[] = [
  {
    path: "/catalogue/devices",
    name: "catalogue-devices",
    component: () => import("@/pages/catalogue/devices/DevicesPage.vue"),
    meta: { scope: "device:read", title: "common.pages.devices", messages: ["devices", "exports"], help: "devices" },
  },
  {
    // Not below `devices`, where `new` and `import` are codes like any other.
    path: "/catalogue/new-device",
    name: "catalogue-device-new",
    component: () => import("@/pages/catalogue/devices/NewDevicePage.vue"),
    meta: { scope: "device:write", title: "common.pages.deviceNew", messages: ["devices"], help: "devices" },
  },
  {
    path: "/catalogue/import-devices",
    name: "catalogue-device-import",
    component: () => import("@/pages/catalogue/devices/ImportPage.vue"),
    meta: { scope: "device:write", title: "common.pages.deviceImport", messages: ["devices"], help: "devices" },
  },
  {
    path: "/catalogue/devices/:code",
    name: "catalogue-device",
    component: () => import("@/pages/catalogue/devices/EditDevicePage.vue"),
    props: true,
    meta: { scope: "device:write", title: "common.pages.deviceEdit", messages: ["devices"], help: "devices" },
  },
];
