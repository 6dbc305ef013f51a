/** The pages of the console. Each is loaded when it is first visited. */

import type { Scope } from "@/api";
import { createRouter, createWebHistory } from "vue-router";
import { routes as account } from "@/pages/account/routes";
import { routes as admin } from "@/pages/admin/routes";
import { routes as board } from "@/pages/board/routes";
import { routes as alarms } from "@/pages/alarms/routes";
import { routes as catalogue } from "@/pages/catalogue/routes";
import { routes as device } from "@/pages/device/routes";
import { routes as history } from "@/pages/history/routes";
import { routes as jobs } from "@/pages/jobs/routes";
import { routes as login } from "@/pages/login/routes";
import { routes as realtime } from "@/pages/realtime/routes";
import { routes as runs } from "@/pages/runs/routes";
import { routes as wall } from "@/pages/wall/routes";

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
    /** The areas of messages that the page uses beside those of the core. */
    messages?: readonly string[];
    /** The name of the help text of the page. */
    help?: string;
  }
}

export const router = createRouter({
  history: createWebHistory(),
  routes: [
    { path: "/", redirect: { name: "realtime" } },
    ...login,
    ...board,
    ...realtime,
    ...device,
    ...alarms,
    ...history,
    ...jobs,
    ...runs,
    ...wall,
    ...catalogue,
    ...admin,
    ...account,
    {
      path: "/:rest(.*)*",
      name: "not-found",
      component: () => import("@/app/NotFoundPage.vue"),
      meta: { anonymous: true, title: "common.notFound.title" },
    },
  ],
});
