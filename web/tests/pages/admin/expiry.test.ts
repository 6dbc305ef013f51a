import { mount } from "@vue/test-utils";
import { ElInputNumber } from "element-plus";
import { expect, it } from "vitest";
import ExpiryInput from "@/pages/admin/keys/ExpiryInput.vue";

it("can be emptied to type another number of days", async () => {
  const wrapper = mount(ExpiryInput, {
    props: {
      modelValue: 365,
      "onUpdate:modelValue": (modelValue: number | undefined) => void wrapper.setProps({ modelValue }),
    },
  });
  const input = wrapper.find<HTMLInputElement>("input[type=number]");
  await input.setValue("");
  expect(input.element.disabled).toBe(false);
  expect(wrapper.props("modelValue")).toBe(365);
  await input.setValue("30");
  expect(wrapper.props("modelValue")).toBe(30);
  expect(wrapper.findComponent(ElInputNumber).props("modelValue")).toBe(30);
});
