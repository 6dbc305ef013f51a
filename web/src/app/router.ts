/** The pages by their paths. Each is a chunk of its own. */

import type { Scope } from "@/api";
import { createRouter, createWebHistory } from "vue-router";

declare module "vue-router" {
  interface RouteMeta {
    /** The page has neither header nor menu. */
    bare?: boolean;
    /** Whoever has not logged in may see the page. */
    anonymous?: boolean;
    /** The user needs this scope to see the page. */
    scope?: Scope;
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
      meta: { bare: true, anonymous: true },
    },
    {
      path: "/realtime",
      name: "realtime",
      component: () => import("@/pages/realtime/RealtimePage.vue"),
      meta: { scope: "telemetry:read" },
    },
    { path: "/jobs", name: "jobs", component: () => import("@/pages/jobs/JobsPage.vue"), meta: { scope: "job:read" } },
    {
      path: "/jobs/runs/:runId(\\d+)",
      name: "run",
      component: () => import("@/pages/runs/RunPage.vue"),
      props: true,
      meta: { scope: "job:read" },
    },
    { path: "/:rest(.*)*", name: "not-found", component: () => import("@/app/NotFoundPage.vue") },
  ],
});
