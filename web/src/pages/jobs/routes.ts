import type { RouteRecordRaw } from "vue-router";

export const routes: RouteRecordRaw[] = [
  {
    path: "/jobs",
    name: "jobs",
    component: () => import("@/pages/jobs/JobsPage.vue"),
    meta: { scope: "job:read", title: "common.pages.jobs", messages: ["jobs"], help: "jobs" },
  },
  {
    path: "/jobs/logs",
    name: "job-logs",
    component: () => import("@/pages/jobs/LogsPage.vue"),
    meta: { scope: "job:read", title: "jobs.logs.title", messages: ["jobs", "runs"], help: "job-logs" },
  },
  {
    path: "/jobs/:name",
    name: "job",
    component: () => import("@/pages/jobs/JobPage.vue"),
    props: true,
    meta: { scope: "job:read", title: "common.pages.job", messages: ["jobs", "runs"], help: "job" },
  },
];
