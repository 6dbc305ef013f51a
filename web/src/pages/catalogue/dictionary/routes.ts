import type { RouteRecordRaw } from "vue-router";

export const routes: RouteRecordRaw[] = [
  {
    path: "dictionary",
    name: "dictionary",
    component: () => import("./DictionaryPage.vue"),
    meta: { scope: "device:read", title: "common.pages.dictionary", messages: ["dictionary"], help: "dictionary" },
  },
  {
    path: "dictionary/:id(\\d+)",
    name: "dictionary-type",
    component: () => import("./DictTypePage.vue"),
    props: true,
    meta: { scope: "device:read", title: "dictionary.type.title", messages: ["dictionary"], help: "dictionary" },
  },
];
