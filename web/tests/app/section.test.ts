import { flushPromises, mount } from "@vue/test-utils";
import { afterEach, describe, expect, it } from "vitest";
import { defineComponent, h, ref } from "vue";
import { createMemoryHistory, createRouter, RouterView } from "vue-router";
import { router as pages } from "@/app/router";
import SectionLayout from "@/app/SectionLayout.vue";
import LeaveDialog from "@/components/forms/LeaveDialog.vue";
import { useSession } from "@/session";

describe("the addresses of the catalogue", () => {
  it("leave every code to devices and types", () => {
    for (const code of ["new", "import", "a/b", "?", "#", "%", "焊机"]) {
      const device = pages.resolve(`/catalogue/devices/${encodeURIComponent(code)}`);
      expect([device.name, device.params]).toEqual(["catalogue-device", { code }]);
      const type = pages.resolve(`/catalogue/types/${encodeURIComponent(code)}`);
      expect([type.name, type.params]).toEqual(["type", { code }]);
    }
  });

  it("belong to the tab whose things they make", () => {
    for (const name of ["catalogue-device-new", "catalogue-device-import", "new-type"]) {
      const page = pages.resolve({ name });
      const tabs = page.matched[0]?.props.default as { tabs: { path: string; others?: string[] }[] };
      expect(tabs.tabs.filter(({ others }) => others?.includes(page.path))).toHaveLength(1);
    }
  });
});

describe("the page of another code in a section", () => {
  const hasChanges = ref(false);
  const Page = defineComponent({
    props: { code: { type: String, required: true } },
    setup: ({ code }) => {
      const loaded = code;
      return () => [h("p", loaded), h(LeaveDialog, { hasChanges: hasChanges.value })];
    },
  });
  let wrapper: ReturnType<typeof mount> | undefined;
  afterEach(() => wrapper?.unmount());

  async function shown() {
    useSession().$patch({ user: { name: "u", kind: "user", scopes: ["admin"] } } as never);
    const children = [{ path: ":code", component: Page, props: true }];
    const routes = [{ path: "/section", component: SectionLayout, props: { tabs: [] }, children }];
    const router = createRouter({ history: createMemoryHistory(), routes });
    await router.push("/section/one");
    wrapper = mount(RouterView, { global: { plugins: [router] }, attachTo: document.body });
    await flushPromises();
    return router;
  }

  it("begins anew, because its forms hold what was loaded before", async () => {
    hasChanges.value = false;
    const router = await shown();
    await router.push("/section/two");
    expect(wrapper?.find("p").text()).toBe("two");
  });

  it("asks first if there are changes that are not stored", async () => {
    const router = await shown();
    hasChanges.value = true;
    await flushPromises();
    void router.push("/section/two");
    await flushPromises();
    expect(router.currentRoute.value.path).toBe("/section/one");
    document.querySelector<HTMLElement>(".el-dialog .el-button--danger")?.click();
    await flushPromises();
    expect(router.currentRoute.value.path).toBe("/section/two");
  });
});
