import type { RouteRecordRaw } from "vue-router";

export const routes: RouteRecordRaw[] = [
  {
    path: "/jobs/runs/:runId(\\d+)",
    name: "run",
    component: () => import("@/pages/runs/RunPage.vue"),
    props: true,
    meta: { scope: "job:read", title: "common.pages.run", messages: ["jobs", "runs"], help: "run" },
  },
];
