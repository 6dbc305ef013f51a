/** The pages of device types, below /catalogue. */

import type { RouteRecordRaw } from "vue-router";

export const routes: RouteRecordRaw[] = [
  {
    path: "types",
    name: "types",
    component: () => import("@/pages/catalogue/types/TypesPage.vue"),
    meta: { scope: "device:read", title: "common.pages.types", messages: ["types"], help: "types" },
  },
  {
    // Not below `types`, where `new` is a code like any other.
    path: "new-type",
    name: "new-type",
    component: () => import("@/pages/catalogue/types/NewTypePage.vue"),
    meta: { scope: "admin", title: "common.pages.newType", messages: ["types"], help: "types" },
  },
  {
    path: "types/:code",
    component: () => import("@/pages/catalogue/types/TypePage.vue"),
    props: true,
    meta: { scope: "device:read", title: "common.pages.type", messages: ["types"], help: "types" },
    children: [
      {
        path: "",
        name: "type",
        component: () => import("@/pages/catalogue/types/form/TypePart.vue"),
        meta: { messages: ["types"], help: "types" },
      },
      {
        path: "fields",
        name: "type-fields",
        component: () => import("@/pages/catalogue/types/fields/FieldsPart.vue"),
        meta: { messages: ["types"], help: "types" },
      },
      {
        path: "drift",
        name: "type-drift",
        component: () => import("@/pages/catalogue/types/drift/DriftPart.vue"),
        meta: { messages: ["types"], help: "types" },
      },
    ],
  },
];
