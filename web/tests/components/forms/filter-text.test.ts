import { flushPromises, mount } from "@vue/test-utils";
import { expect, it } from "vitest";
import FilterText from "@/components/forms/FilterText.vue";

function mounted(modelValue?: string) {
  const filter = mount(FilterText, { props: { label: "device", modelValue } });
  const input = filter.get("input");
  async function type(text: string): Promise<void> {
    input.element.value = text;
    await input.trigger("input");
    await flushPromises();
  }
  return { filter, input, type };
}

it("a text that is typed stays, also while the page is redrawn, and filters once it is complete", async () => {
  const { filter, input, type } = mounted();

  await type("W");
  await filter.setProps({ label: "code" });
  await type("W01 ");
  expect(input.element.value).toBe("W01 ");
  expect(filter.emitted("update:modelValue")).toBeUndefined();
  await input.trigger("change");

  expect(filter.emitted("update:modelValue")).toEqual([["W01"]]);
});

it("a text that is emptied filters no longer", async () => {
  const { filter, input, type } = mounted("W01");

  await type("");
  await input.trigger("change");

  expect(filter.emitted("update:modelValue")).toEqual([[undefined]]);
});

it("the text of the URL is shown, also when it changes", async () => {
  const { filter, input } = mounted("W01");
  expect(input.element.value).toBe("W01");

  await filter.setProps({ modelValue: undefined });

  expect(input.element.value).toBe("");
});
