import { QueryClient } from "@tanstack/vue-query";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createMemoryHistory, createRouter, type Router } from "vue-router";
import { guard } from "@/session/guard";
import { tokens } from "@/session/tab";

const page = { template: "<h1 />" };
const issued = {
  access_token: "access",
  token_type: "Bearer",
  expires_in: 3600,
  refresh_token: "refresh",
  refresh_expires_in: 3600,
  scope: "",
} as const;
let router: Router;
let queryClient: QueryClient;

beforeEach(() => {
  router = createRouter({
    history: createMemoryHistory(),
    routes: [
      { path: "/login", name: "login", component: page, meta: { anonymous: true } },
      { path: "/jobs", component: page },
    ],
  });
  queryClient = new QueryClient();
  guard(router, queryClient);
});
afterEach(() => {
  tokens.end("logged-out");
});

describe("the guard of the pages", () => {
  it("leads to the login, and remembers the page that was asked for", async () => {
    await router.push("/jobs?category=failed#log");

    expect(router.currentRoute.value).toMatchObject({ name: "login", query: { to: "/jobs?category=failed#log" } });
  });

  it("shows pages while there is a session", async () => {
    tokens.begin("vera", issued);

    await router.push("/jobs");

    expect(router.currentRoute.value.path).toBe("/jobs");
  });

  it.each([
    ["ended", { to: "/jobs?a=b" }],
    ["switched", { to: "/jobs?a=b" }],
    ["logged-out", {}],
  ] as const)("leaves a page whose session is %s, and forgets what the page has loaded", async (reason, query) => {
    tokens.begin("vera", issued);
    await router.push("/jobs?a=b");
    queryClient.setQueryData(["jobs"], ["of vera"]);

    tokens.end(reason);
    await new Promise<void>((resolve) => {
      router.afterEach(() => {
        resolve();
      });
    });

    expect(router.currentRoute.value).toMatchObject({ name: "login", query });
    expect(queryClient.getQueryData(["jobs"])).toBeUndefined();
  });
});
