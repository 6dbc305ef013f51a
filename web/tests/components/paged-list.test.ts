import { VueQueryPlugin } from "@tanstack/vue-query";
import { flushPromises, mount } from "@vue/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { defineComponent, nextTick } from "vue";
import { createMemoryHistory, createRouter, RouterView } from "vue-router";
import { type PagedList, usePagedList } from "@/components/lists/usePagedList";

describe("the search of a list", () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  async function shown() {
    let list: PagedList<string> | undefined;
    const requests: object[] = [];
    const read = (request: object) => {
      requests.push(request);
      return Promise.resolve({ items: ["a"], total: 60 });
    };
    const Page = defineComponent({ setup: () => ((list = usePagedList(() => ["list"], read)), () => undefined) });
    const router = createRouter({ history: createMemoryHistory(), routes: [{ path: "/", component: Page }] });
    await router.push("/?page=2");
    mount(RouterView, { global: { plugins: [router, VueQueryPlugin] } });
    await flushPromises();
    return { list: list as unknown as PagedList<string>, router, requests };
  }

  it("shows what is typed at once, and asks for it on the first page", async () => {
    const { list, router, requests } = await shown();
    list.text.value = "w";
    await nextTick();
    expect(list.text.value).toBe("w");
    list.text.value = "w1";
    await vi.advanceTimersByTimeAsync(300);
    await flushPromises();
    expect(router.currentRoute.value.query).toEqual({ q: "w1" });
    expect(requests).toEqual([
      { page: 2, page_size: 25 },
      { page: 1, page_size: 25, keyword: "w1" },
    ]);
  });

  it("follows the URL, for example by the history of the browser", async () => {
    const { list, router } = await shown();
    await router.push("/?q=w2");
    await flushPromises();
    expect(list.text.value).toBe("w2");
  });
});
