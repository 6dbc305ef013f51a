import { mount } from "@vue/test-utils";
import { expect, it, vi } from "vitest";
import { ref } from "vue";
import type { DeviceType } from "@/api";
import SearchForm from "@/pages/history/SearchForm.vue";

const none = vi.hoisted<{ data?: unknown }>(() => ({}));
vi.mock("@/components/types/queries", () => ({ useFields: () => none }));
vi.mock("@/pages/history/queries", () => ({ useDeviceCodes: () => none }));

it("the form looks in the type that it shows, also if the URL names another one that does not exist", async () => {
  none.data = ref([]);
  const types = [
    { type_code: "welding", aliases: [], labels: { zh: "焊机", en: "Welding" } },
  ] as unknown as DeviceType[];
  const search = { type: "gone", field: "workpiece_id", value: "A1", range: { preset: "7d" }, devices: [] } as const;
  const form = mount(SearchForm, { props: { types, search } });

  await form.get("form").trigger("submit");

  expect(form.emitted("search")).toEqual([[{ ...search, type: "welding" }]]);
});
