import { flushPromises, mount } from "@vue/test-utils";
import { afterEach, describe, expect, it } from "vitest";
import { defineComponent, h, ref } from "vue";
import { createMemoryHistory, createRouter, RouterView } from "vue-router";
import FormDialog from "@/components/forms/FormDialog.vue";
import { useStay } from "@/components/forms/useStay";
import { useSession } from "@/session";

const isOpen = ref(true);
const pending = ref(false);
const Page = defineComponent(() => {
  useStay(() => pending.value);
  return () =>
    h(
      FormDialog,
      {
        isOpen: isOpen.value,
        "onUpdate:isOpen": (value: boolean) => (isOpen.value = value),
        title: "title",
        submitLabel: "send",
        pending: pending.value,
        error: undefined,
      },
      () => h("input", { id: "text" }),
    );
});

/** A page with a dialog, and another page to go to. */
async function shown() {
  isOpen.value = true;
  pending.value = false;
  useSession().$patch({ user: { name: "u", kind: "user", scopes: ["admin"] } } as never);
  const other = defineComponent(() => () => h("p"));
  const routes = [
    { path: "/", component: Page },
    { path: "/other", component: other },
  ];
  const router = createRouter({ history: createMemoryHistory(), routes });
  await router.push("/");
  wrapper = mount(RouterView, { global: { plugins: [router] }, attachTo: document.body });
  await flushPromises();
  return router;
}
let wrapper: ReturnType<typeof mount> | undefined;
afterEach(() => wrapper?.unmount());

const found = (selector: string) => document.querySelector<HTMLElement>(selector);
const press = (target: EventTarget | null, isComposing: boolean) =>
  target?.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", code: "Escape", bubbles: true, isComposing }));

describe("a dialog with a form", () => {
  it("is closed by Escape and by its buttons", async () => {
    await shown();
    press(found("#text"), false);
    await flushPromises();
    expect(found(".el-overlay")?.style.display).toBe("none");
    isOpen.value = true;
    await flushPromises();
    found(".el-dialog__headerbtn")?.click();
    await flushPromises();
    expect(isOpen.value).toBe(false);
  });

  it("waits for the answer, which may contain a secret that is shown once", async () => {
    const router = await shown();
    pending.value = true;
    await flushPromises();
    press(found("#text"), false);
    found(".el-dialog__headerbtn")?.click();
    found(".dialog-actions button")?.click();
    await router.push("/other");
    expect(isOpen.value).toBe(true);
    expect(router.currentRoute.value.path).toBe("/");

    pending.value = false;
    await router.push("/other");
    expect(router.currentRoute.value.path).toBe("/other");
  });

  it("stays when Escape dismisses the proposals of an input method", async () => {
    await shown();
    press(found("#text"), true);
    await flushPromises();
    expect(found(".el-overlay")?.style.display).not.toBe("none");
  });
});
