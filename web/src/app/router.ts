/** The pages by their paths. Each is a chunk of its own. */

import type { Scope } from "@/api";
import { createRouter, createWebHistory } from "vue-router";

declare module "vue-router" {
  interface RouteMeta {
    /** The page has neither header nor menu. */
    bare?: boolean;
    /** The page needs no session. */
    anonymous?: boolean;
    /** The user needs this scope to see the page. */
    scope?: Scope;
    /** The key of the title of the document; the message may contain parameters of the path. */
    title?: string;
  }
}

export const router = createRouter({
  history: createWebHistory(),
  routes: [
    { path: "/", redirect: { name: "realtime" } },
    {
      path: "/login",
      name: "login",
      component: () => import("@/pages/login/LoginPage.vue"),
      meta: { bare: true, anonymous: true, title: "session.login.logIn" },
    },
    {
      path: "/realtime",
      name: "realtime",
      component: () => import("@/pages/realtime/RealtimePage.vue"),
      meta: { scope: "telemetry:read", title: "common.pages.realtime" },
    },
    {
      path: "/jobs",
      name: "jobs",
      component: () => import("@/pages/jobs/JobsPage.vue"),
      meta: { scope: "job:read", title: "common.pages.jobs" },
    },
    {
      path: "/jobs/logs",
      name: "job-logs",
      component: () => import("@/pages/jobs/LogsPage.vue"),
      meta: { scope: "job:read", title: "jobs.logs.title" },
    },
    {
      path: "/jobs/:name",
      name: "job",
      component: () => import("@/pages/jobs/JobPage.vue"),
      props: true,
      meta: { scope: "job:read", title: "common.pages.job" },
    },
    {
      path: "/jobs/runs/:runId(\\d+)",
      name: "run",
      component: () => import("@/pages/runs/RunPage.vue"),
      props: true,
      meta: { scope: "job:read", title: "common.pages.run" },
    },
    {
      path: "/:rest(.*)*",
      name: "not-found",
      component: () => import("@/app/NotFoundPage.vue"),
      meta: { anonymous: true, title: "common.notFound.title" },
    },
  ],
});
